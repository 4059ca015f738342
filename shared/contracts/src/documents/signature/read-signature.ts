import { isJpeg, jpegSize } from './jpeg-size.ts';
import { isPng, pngSize } from './png-size.ts';

const MAX_BYTES = 300 * 1_024;

/** Decoded it takes four bytes a pixel; a small file can claim billions of them. */
const MAX_PIXELS = 4_000_000;

export type SignatureImage = { format: 'png' | 'jpg'; content: Buffer };

const DATA_URL = /^data:[a-z0-9.+/-]*(?:;[a-z0-9-]+=[^;,]*)*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * The image in a data URL, or in plain base64, or what is wrong with it. What the URL claims to be is of no
 * interest: the content decides. SVG is refused, since it is a program that can refer to other files.
 */
export const readSignature = (text: string): SignatureImage | { fault: string } => {
  const base64 = text.trim().replace(DATA_URL, '');
  if (!BASE64.test(base64)) return { fault: 'is no base64' };
  const content = Buffer.from(base64, 'base64');
  if (content.byteLength > MAX_BYTES) return { fault: `has more than ${MAX_BYTES} bytes` };
  const format = isPng(content) ? 'png' : isJpeg(content) ? 'jpg' : undefined;
  if (format === undefined) return { fault: 'is neither a PNG nor a JPEG' };
  const size = format === 'png' ? pngSize(content) : jpegSize(content);
  if (size === undefined) return { fault: 'is damaged or incomplete' };
  const { width, height } = size;
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) {
    return { fault: `has ${width}×${height} pixels` };
  }
  return { format, content };
};
