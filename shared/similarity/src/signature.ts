import { decompose, SIDE } from './haar.ts';

/** Luminance and two of chrominance: Y, I and Q. */
export const CHANNELS = 3;

/** The largest coefficients of each channel that a signature keeps. */
export const COEFFICIENTS = 40;

/** What an image looks like. */
export type Signature = {
  /** Of each channel; Y from 0 to 1, I and Q around 0. */
  averages: Float32Array;
  /**
   * Where the 40 largest coefficients of each channel stand, `row × 128 + column`, and on which side of
   * zero: negative places are those of negative coefficients. In ascending order in each channel.
   */
  places: Int16Array;
};

/**
 * The signature of 128×128 pixels of red, green and blue, row by row.
 *
 * @param pixels 128 × 128 × 3 bytes.
 */
export const signatureOf = (pixels: Uint8Array): Signature => {
  const averages = new Float32Array(CHANNELS);
  const places = new Int16Array(CHANNELS * COEFFICIENTS);
  for (const [channel, values] of toYiq(pixels).entries()) {
    decompose(values);
    averages[channel] = values[0]! / (SIDE * 256); // 256 levels.
    const largest = places.subarray(channel * COEFFICIENTS, (channel + 1) * COEFFICIENTS);
    keepLargest(values, largest);
    largest.sort();
  }
  return { averages, places };
};

/** Television's colours (NTSC), in which most of what is seen is in the first channel. */
const toYiq = (pixels: Uint8Array): Float64Array[] => {
  const count = SIDE * SIDE;
  const [luminance, inPhase, quadrature] = [
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
  ];
  for (let at = 0; at < count; at += 1) {
    const red = pixels[at * 3]!;
    const green = pixels[at * 3 + 1]!;
    const blue = pixels[at * 3 + 2]!;
    luminance[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
    inPhase[at] = 0.596 * red - 0.275 * green - 0.321 * blue;
    quadrature[at] = 0.212 * red - 0.523 * green + 0.311 * blue;
  }
  return [luminance, inPhase, quadrature];
};

const sizes = new Float64Array(COEFFICIENTS);

/** Fills `largest` with the signed places of the largest values but the first, which is the average. */
const keepLargest = (values: Float64Array, largest: Int16Array): void => {
  let kept = 0;
  for (let place = 1; place < values.length; place += 1) {
    const value = values[place]!;
    const size = Math.abs(value);
    if (kept === COEFFICIENTS && size <= sizes[COEFFICIENTS - 1]!) continue;
    let at = kept < COEFFICIENTS ? kept : COEFFICIENTS - 1;
    for (; at > 0 && sizes[at - 1]! < size; at -= 1) {
      sizes[at] = sizes[at - 1]!;
      largest[at] = largest[at - 1]!;
    }
    sizes[at] = size;
    largest[at] = value > 0 ? place : -place;
    kept = Math.min(kept + 1, COEFFICIENTS);
  }
};

/** Below this, IQDB takes an image for grey, and compares its luminance only. */
const GREY = 6 / 1_000;

/** How many channels tell anything about the image. */
export const channelsOf = ({ averages }: Signature): 1 | 3 =>
  Math.abs(averages[1]!) + Math.abs(averages[2]!) < GREY ? 1 : 3;
