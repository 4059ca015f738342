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

/** Says how the colours are written, or each player would guess for itself, by the size. */
const TAGS = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709';

/**
 * From a decoded frame, which ffmpeg has turned upright already, to one of the given size that every
 * player can show: square pixels, eight bits, a quarter of the colours, written by BT.709.
 */
export const pictureFilters = (
  { hdr, interlaced, matrix }: Pick<VideoFacts, 'hdr' | 'interlaced' | 'matrix'>,
  { width, height }: { width: number; height: number },
): string[] => {
  const scale = `scale=${width}:${height}:flags=bicubic`;
  return [
    ...(interlaced ? ['yadif=deint=interlaced'] : []),
    // Scaled down first: mapping tones is the dear part.
    ...(hdr
      ? [scale, ...TONE_MAP]
      : [`${scale}:in_color_matrix=${matrix}:out_color_matrix=bt709:out_range=tv`]),
    'setsar=1',
    'format=yuv420p',
    TAGS,
  ];
};
