import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readSignature } from '../src/signature/read-signature.ts';
import { dataUrl, signaturePng } from './forms.ts';

test('a PNG is read from a data URL and from plain base64', async () => {
  const png = await signaturePng();

  expect(readSignature(dataUrl(png))).toEqual({ format: 'png', content: png });
  expect(readSignature(` ${png.toString('base64')}\n`)).toEqual({ format: 'png', content: png });
});

test('a JPEG is told by its content, whatever it is called', async () => {
  const jpeg = await sharp(await signaturePng())
    .flatten({ background: 'white' })
    .jpeg()
    .toBuffer();

  expect(readSignature(dataUrl(jpeg, 'image/png')).format).toBe('jpg');
});

/** A header that claims any size, with next to nothing behind it. */
const claiming = (width: number, height: number) => {
  const header = Buffer.alloc(33);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(header);
  header.writeUInt32BE(13, 8);
  header.write('IHDR', 12, 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return Buffer.concat([header, deflateSync(Buffer.alloc(10_000))]);
};

test.for([
  { reason: 'is no base64', text: 'data:image/png;base64,<script>' },
  { reason: 'is empty', text: 'data:image/png;base64,' },
  { reason: 'is an SVG', text: dataUrl(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')) },
  { reason: 'is a GIF', text: dataUrl(Buffer.from('GIF89a\u0001\u0000\u0001\u0000')) },
  { reason: 'claims a billion pixels', text: dataUrl(claiming(60_000, 60_000)) },
  { reason: 'claims no pixels', text: dataUrl(claiming(0, 10)) },
  { reason: 'is a PNG cut in its header', text: dataUrl(claiming(10, 10).subarray(0, 20)) },
  { reason: 'is a JPEG of nothing', text: dataUrl(Buffer.from([0xff, 0xd8, 0xff, 0xd9])) },
  { reason: 'is larger than 300 kB', text: dataUrl(Buffer.alloc(300 * 1_024 + 1)) },
])('what $reason is refused, for good', ({ text }) => {
  expect(() => readSignature(text)).toThrow(
    expect.objectContaining({
      code: 'invalid_signature_image',
      retryable: false,
      path: 'signature',
    }),
  );
});
