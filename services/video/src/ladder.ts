import { VIDEO_QUALITIES, type VideoFacts, type VideoQuality } from '@shared/contracts';

/** One rung: how large and how heavy its rendition is. */
export type Rung = {
  quality: VideoQuality;
  /** In pixels, both even. */
  width: number;
  height: number;
  /** In bits per second, at most. */
  videoBitrate: number;
  audioBitrate: number;
};

const RATES: Record<VideoQuality, { side: number; videoBitrate: number; audioBitrate: number }> = {
  '1080p': { side: 1_080, videoBitrate: 5_000_000, audioBitrate: 160_000 },
  '720p': { side: 720, videoBitrate: 2_800_000, audioBitrate: 128_000 },
  '480p': { side: 480, videoBitrate: 1_400_000, audioBitrate: 128_000 },
  '360p': { side: 360, videoBitrate: 800_000, audioBitrate: 96_000 },
};

/**
 * The qualities to make, the largest first: those asked for that do not enlarge the original. One that
 * is smaller than all of them gets the smallest of them, in its own size.
 */
export const chooseQualities = (
  { width, height }: Pick<VideoFacts, 'width' | 'height'>,
  asked: readonly VideoQuality[],
): VideoQuality[] => {
  const inOrder = VIDEO_QUALITIES.filter((quality) => asked.includes(quality));
  const fitting = inOrder.filter((quality) => RATES[quality].side <= Math.min(width, height));
  return fitting.length > 0 ? fitting : inOrder.slice(-1);
};

/** The size is that of the shorter side, so that a video held upright is not made small. */
export const rungOf = (
  { width, height }: Pick<VideoFacts, 'width' | 'height'>,
  quality: VideoQuality,
): Rung => {
  const { side, ...rates } = RATES[quality];
  const scale = Math.min(1, side / Math.min(width, height));
  // H.264 stores colours for two by two pixels. What keeps its size loses the odd line, and gains none.
  const even = (pixels: number) =>
    scale === 1 ? 2 * Math.floor(pixels / 2) : Math.max(2, 2 * Math.round((pixels * scale) / 2));
  return { quality, width: even(width), height: even(height), ...rates };
};

/** What the files of a rendition take while it is made: the MP4, a copy moved to its front, the segments. */
export const estimateBytes = (
  { videoBitrate, audioBitrate }: Rung,
  { durationSeconds }: Pick<VideoFacts, 'durationSeconds'>,
): number =>
  Math.ceil(((videoBitrate + audioBitrate) / 8) * durationSeconds * COPIES) + SPARE_BYTES;

const COPIES = 3;
const SPARE_BYTES = 16 * 1_048_576;
