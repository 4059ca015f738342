import { InvalidSignatureImageError } from '../errors/invalid-signature-image-error.ts';
import { imageSize } from './image-size.ts';

const MAX_BYTES = 300 * 1_024;

/** Decoded it takes four bytes a pixel; a small file can claim billions of them. */
const MAX_PIXELS = 4_000_000;

export type SignatureImage = { format: 'png' | 'jpg'; content: Buffer };

const DATA_URL = /^data:[a-z0-9.+/-]*(?:;[a-z0-9-]+=[^;,]*)*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * The image in a data URL, or in plain base64. What the URL claims to be is of no interest: the content
 * decides. SVG is refused, since it is a program that can refer to other files.
 *
 * @throws {InvalidSignatureImageError}
 */
export const readSignature = (text: string): SignatureImage => {
  const base64 = text.trim().replace(DATA_URL, '');
  if (!BASE64.test(base64)) throw new InvalidSignatureImageError('it is no base64');
  const content = Buffer.from(base64, 'base64');
  if (content.byteLength > MAX_BYTES) {
    throw new InvalidSignatureImageError(`it has more than ${MAX_BYTES} bytes`);
  }
  const size = imageSize(content);
  if (size === undefined) throw new InvalidSignatureImageError('it is neither a PNG nor a JPEG');
  const { format, width, height } = size;
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) {
    throw new InvalidSignatureImageError(`it has ${width}×${height} pixels`);
  }
  return { format, content };
};
