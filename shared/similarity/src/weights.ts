import { SIDE } from './haar.ts';
import { CHANNELS } from './signature.ts';

/**
 * How much the averages, in the first line, and a coefficient that two images share count, by the bin
 * of its place and by channel (Y, I, Q): the weights that Jacobs, Finkelstein and Salesin found best
 * for scanned pictures, and that IQDB uses.
 */
const WEIGHTS = [
  [5.0, 19.21, 34.37],
  [0.83, 1.26, 0.36],
  [1.01, 0.44, 0.45],
  [0.52, 0.53, 0.14],
  [0.47, 0.28, 0.18],
  [0.3, 0.14, 0.27],
] as const;

export const averageWeight = (channel: number): number => WEIGHTS[0][channel] ?? 0;

/** By channel and place: bins part coarse features from fine ones, the larger coordinate decides. */
const placeWeights = Float32Array.from({ length: CHANNELS * SIDE * SIDE }, (_, at) => {
  const place = at % (SIDE * SIDE);
  const bin = Math.min(Math.max(Math.floor(place / SIDE), place % SIDE), WEIGHTS.length - 1);
  return WEIGHTS[bin]?.[Math.floor(at / (SIDE * SIDE))] ?? 0;
});

/** @param place signed or not. */
export const placeWeight = (channel: number, place: number): number =>
  placeWeights[channel * SIDE * SIDE + Math.abs(place)]!;
