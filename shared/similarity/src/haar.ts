/** Pixels along each side of what is decomposed. */
export const SIDE = 128;

/**
 * Decomposes one channel, in place, into its Haar wavelet coefficients: first each row to its end, then
 * each column (the standard decomposition of Jacobs, Finkelstein and Salesin, "Fast Multiresolution
 * Image Querying", 1995). The transform is orthonormal, so that coefficients of all scales compare.
 *
 * @param channel SIDE × SIDE values, row by row. Afterwards [0] is the average times SIDE.
 */
export const decompose = (channel: Float64Array): void => {
  for (let row = 0; row < SIDE; row += 1) decomposeLine(channel, row * SIDE, 1);
  for (let column = 0; column < SIDE; column += 1) decomposeLine(channel, column, SIDE);
};

const half = new Float64Array(SIDE / 2);

/** Halves the line again and again: sums of neighbours to the front, their differences behind. */
const decomposeLine = (values: Float64Array, start: number, step: number): void => {
  for (let length = SIDE / 2; length >= 1; length /= 2) {
    for (let at = 0; at < length; at += 1) {
      const left = values[start + 2 * at * step]!; // Within the line, as all of these.
      const right = values[start + (2 * at + 1) * step]!;
      half[at] = (left - right) * Math.SQRT1_2;
      values[start + at * step] = (left + right) * Math.SQRT1_2;
    }
    for (let at = 0; at < length; at += 1) values[start + (length + at) * step] = half[at]!;
  }
};
