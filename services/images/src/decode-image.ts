import type { Metadata, ResizeOptions, Sharp, SharpOptions } from 'sharp';
import { CorruptImageError } from './errors/corrupt-image-error.ts';
import { ImageTooLargeError } from './errors/image-too-large-error.ts';
import { UnsupportedImageError } from './errors/unsupported-image-error.ts';
import { sharp } from './sharp.ts';

/** Of one frame. A file of a megabyte can claim billions, each of which takes four bytes once decoded. */
const MAX_PIXELS = 50_000_000;

/** libvips counts up to 10 million in each direction, and a thumbnail may enlarge 250 times. */
const MAX_SIDE = 32_767;

const INPUT: SharpOptions = {
  limitInputPixels: MAX_PIXELS,
  // The first frame of an animation, however many it has.
  pages: 1,
  autoOrient: true,
  // Cut and damaged files fail; the harmless oddities that many cameras write do not.
  failOn: 'error',
};

/** Eight bits for each of `channels`: sRGB, or grey, perhaps with alpha. Nothing else: no metadata. */
export type Pixels = { data: Buffer; width: number; height: number; channels: 1 | 2 | 3 | 4 };

export type DecodedImage = {
  pixels: Pixels;
  /** Of the whole image, upright. */
  size: { width: number; height: number };
};

/**
 * Decodes an upright, resized copy of an image in any allowed format. Colours are converted to sRGB by
 * the image's own profile. A JPEG or WebP is decoded no larger than the copy needs.
 *
 * @param options.timeoutMs decoding is broken off then, where the format's library lets us.
 * @throws {UnsupportedImageError | ImageTooLargeError | CorruptImageError}
 */
export const decodeImage = async (
  original: Uint8Array,
  resize: ResizeOptions,
  { timeoutMs }: { timeoutMs: number },
): Promise<DecodedImage> => {
  if (original.byteLength === 0) throw new UnsupportedImageError(); // sharp takes it for a mistake of ours.
  const image = sharp(original, INPUT);
  const size = await inspect(image);
  const { data, info } = await refusing(() =>
    image
      .timeout({ seconds: Math.min(Math.max(Math.ceil(timeoutMs / 1_000), 1), 3_600) })
      .resize(resize)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  return { pixels: { data, width, height, channels }, size };
};

/** Refuses by the header what should not be decoded at all. */
const inspect = async (image: Sharp) => {
  const metadata = await refusing(() => image.metadata());
  if (!isAllowed(metadata)) throw new UnsupportedImageError(metadata.compression);
  const { width, height } = metadata.autoOrient;
  if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
    throw new ImageTooLargeError(
      `it has ${width}×${height} pixels, and ${MAX_PIXELS} in all and ${MAX_SIDE} along one side are the limit`,
    );
  }
  return { width, height };
};

/** AVIF and HEIC share a container; sharp's libvips reads only the first, which is AV1 inside. */
const isAllowed = ({ format, compression }: Metadata) => format !== 'heif' || compression === 'av1';

/** sharp throws plain errors; what they are about is in their text only (sharp 0.35, libvips 8.18). */
const refusing = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work();
  } catch (error) {
    throw translate(error);
  }
};

const translate = (error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  // Neither is the image's fault: another attempt may have more time or memory.
  if (/^timeout|out of memory/i.test(text)) return error;
  if (/pixel limit/.test(text)) return new ImageTooLargeError('it has too many pixels', error);
  if (/unsupported image format|channel limit/.test(text)) {
    return new UnsupportedImageError(undefined, error);
  }
  return new CorruptImageError(error);
};
