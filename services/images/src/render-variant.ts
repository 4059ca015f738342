import { type DecodedImage, decodeImage } from './decode-image.ts';
import { encodeImage, type ImageFormat } from './encode-image.ts';
import { VARIANTS, type VariantName } from './variants.ts';

export type RenderedVariant = {
  content: Buffer;
  /** In pixels. */
  width: number;
  height: number;
  /** Of the original, upright. */
  originalSize: DecodedImage['size'];
};

/**
 * Decodes and encodes as two steps: an error of the first is the image's, one of the second is ours;
 * and a stop that comes during the first spares the second. Neither can be interrupted for certain.
 *
 * Each variant decodes for itself, even if a process makes all of one image: a JPEG is then decoded at
 * the scale that the variant needs, and one shared decode was measured to save a tenth at most.
 */
export const renderVariant = async (
  original: Uint8Array,
  {
    variant,
    format,
    signal,
    deadline,
  }: { variant: VariantName; format: ImageFormat; signal: AbortSignal; deadline: Date },
): Promise<RenderedVariant> => {
  signal.throwIfAborted();
  const timeoutMs = deadline.getTime() - Date.now();
  const { pixels, size } = await decodeImage(original, VARIANTS[variant], { timeoutMs });
  signal.throwIfAborted();
  const content = await encodeImage(pixels, format);
  signal.throwIfAborted();
  return { content, width: pixels.width, height: pixels.height, originalSize: size };
};
