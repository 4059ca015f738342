import { fileTypeFromBuffer } from 'file-type';
import { UnsupportedImageError } from '../errors/unsupported-image-error.ts';

/** The types that can be decoded, and what they are kept as. HEIC (HEVC) is none of them. */
const SUPPORTED: Readonly<Record<string, string>> = {
  'image/jpeg': 'image/jpeg',
  'image/png': 'image/png',
  'image/apng': 'image/png',
  'image/webp': 'image/webp',
  'image/gif': 'image/gif',
  'image/avif': 'image/avif',
  'image/heif': 'image/heif',
};

/**
 * The media type that the beginning of a file shows, whatever its name and its sender say.
 *
 * @throws {UnsupportedImageError} for anything but an image that we take.
 */
export const imageTypeOf = async (head: Uint8Array): Promise<string> => {
  const found = (await fileTypeFromBuffer(head))?.mime;
  const type = found === undefined ? undefined : SUPPORTED[found];
  if (type === undefined) throw new UnsupportedImageError(found);
  return type;
};
