import { SIDE } from '@shared/similarity';
import { decodeImage, type Pixels } from './decode-image.ts';

const CHANNELS = 3;
const WHITE = 255;

/**
 * The whole image as a signature sees it: squeezed into a square of 128×128 pixels of red, green and
 * blue, on white where it is transparent.
 *
 * @throws {UnsupportedImageError | ImageTooLargeError | CorruptImageError}
 */
export const pictureOf = async (
  original: Uint8Array,
  { timeoutMs }: { timeoutMs: number },
): Promise<Pixels> => {
  const { pixels } = await decodeImage(
    original,
    { width: SIDE, height: SIDE, fit: 'fill' },
    { timeoutMs },
  );
  return { ...pixels, data: onWhite(pixels), channels: CHANNELS };
};

const onWhite = ({ data, channels }: Pixels): Buffer => {
  const colours = channels < CHANNELS ? 1 : CHANNELS;
  const hasAlpha = channels > colours;
  const opaque = Buffer.alloc((data.length / channels) * CHANNELS);
  for (let from = 0, to = 0; from < data.length; from += channels, to += CHANNELS) {
    const alpha = hasAlpha ? data[from + colours]! / WHITE : 1;
    for (let colour = 0; colour < CHANNELS; colour += 1) {
      const value = data[from + (colours === 1 ? 0 : colour)]!;
      opaque[to + colour] = Math.round(value * alpha + WHITE * (1 - alpha));
    }
  }
  return opaque;
};
