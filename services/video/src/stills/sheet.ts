import type { VideoFacts } from '@shared/contracts';

/** Thumbnails in rows and columns of one picture, one for each stretch of the video. */
export type Sheet = {
  count: number;
  everySeconds: number;
  columns: number;
  rows: number;
  /** Of one thumbnail, in pixels. */
  tile: { width: number; height: number };
};

const MOST = 100;
const LEAST_SECONDS = 1;
const MOST_COLUMNS = 10;

/** The larger side of a thumbnail. */
const TILE_SIDE = 160;

export const sheetOf = ({ width, height, durationSeconds }: VideoFacts): Sheet => {
  const everySeconds = Math.max(LEAST_SECONDS, Math.ceil(durationSeconds / MOST));
  const count = Math.max(1, Math.ceil(durationSeconds / everySeconds));
  const columns = Math.min(count, MOST_COLUMNS);
  const scale = Math.min(1, TILE_SIDE / Math.max(width, height));
  return {
    count,
    everySeconds,
    columns,
    rows: Math.ceil(count / columns),
    tile: { width: even(width * scale), height: even(height * scale) },
  };
};

const even = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2));
