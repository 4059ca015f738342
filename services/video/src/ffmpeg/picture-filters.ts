import type { VideoFacts } from '@shared/contracts';

/**
 * Maps what HDR screens show onto what others can: to linear light, BT.709 primaries, the highlights
 * rolled off, and back to the usual curve. Costs several times a plain conversion.
 */
const TONE_MAP = [
  'zscale=t=linear:npl=100',
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=hable:desat=0',
  'zscale=t=bt709:m=bt709:r=tv',
];

/**
 * From a decoded frame, which ffmpeg has turned upright already, to one of the given size that every
 * player can show: square pixels, eight bits, a quarter of the colours.
 */
export const pictureFilters = (
  { hdr, interlaced }: Pick<VideoFacts, 'hdr' | 'interlaced'>,
  { width, height }: { width: number; height: number },
): string[] => [
  ...(interlaced ? ['yadif=deint=interlaced'] : []),
  // Scaled down first: mapping tones is the dear part.
  `scale=${width}:${height}:flags=bicubic`,
  ...(hdr ? TONE_MAP : []),
  'setsar=1',
  'format=yuv420p',
];
