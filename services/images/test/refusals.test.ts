import { expect, test } from 'vitest';
import { renderVariant } from '../src/render-variant.ts';
import { sharp } from '../src/sharp.ts';
import { heic, longGif, pngThatClaims } from './hostile-files.ts';
import { plain } from './pictures.ts';

const thumbnail = (original: Buffer) =>
  renderVariant(original, {
    variant: 'thumbnail',
    format: 'jpeg',
    signal: new AbortController().signal,
    deadline: new Date(Date.now() + 60_000),
  });

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

test.for([
  { kind: 'SVG', file: () => Buffer.from(svg) },
  { kind: 'SVG with an XML declaration', file: () => Buffer.from(`<?xml version="1.0"?>\n${svg}`) },
  { kind: 'PDF', file: () => Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n') },
  { kind: 'TIFF', file: () => plain(10, 10).tiff().toBuffer() },
  { kind: 'text', file: () => Buffer.from('hello') },
  { kind: 'a program', file: () => Buffer.from('\x7fELF\x02\x01\x01') },
  { kind: 'noise', file: () => Buffer.alloc(10_000, 'q8Z!') },
  { kind: 'nothing', file: () => Buffer.alloc(0) },
])('$kind is refused as unsupported', async ({ file }) => {
  await expect(thumbnail(await file())).rejects.toMatchObject({
    name: 'UnsupportedImageError',
    code: 'unsupported_image',
    retryable: false,
  });
});

test('HEIC is refused by its name', async () => {
  await expect(thumbnail(heic())).rejects.toMatchObject({
    code: 'unsupported_image',
    message:
      'Image refused: its pixels are compressed as hevc, which cannot be read. Upload a JPEG, PNG, WebP, GIF or AVIF image.',
  });
});

test.for([
  { kind: 'that claims ten billion pixels', file: () => pngThatClaims(100_000, 100_000) },
  { kind: 'that claims 51 million pixels', file: () => pngThatClaims(10_000, 5_100) },
  { kind: 'that claims one row of 33,000', file: () => pngThatClaims(33_000, 1) },
  {
    kind: 'of 60 million pixels in a few kilobytes',
    file: () =>
      sharp({ create: { width: 10_000, height: 6_000, channels: 3, background: 'red' } })
        .png({ compressionLevel: 9, palette: true, colours: 2 })
        .toBuffer(),
  },
])('an image $kind is refused as too large', async ({ file }) => {
  await expect(thumbnail(await file())).rejects.toMatchObject({
    name: 'ImageTooLargeError',
    code: 'image_too_large',
    retryable: false,
  });
});

test('of ten billion pixels in ten thousand frames, one frame is decoded', async () => {
  const original = await longGif(1_000, 10_000);

  const { width, height, originalSize } = await thumbnail(original);

  expect((await sharp(original).metadata()).pages).toBe(10_000);
  expect({ width, height }).toEqual({ width: 250, height: 200 });
  expect(originalSize).toEqual({ width: 1_000, height: 1_000 });
});

test.for(
  (['jpeg', 'png', 'webp', 'gif', 'avif'] as const).flatMap((format) =>
    [0.1, 0.5, 0.9].map((share) => ({ format, share, percent: share * 100 })),
  ),
)('the first $percent % of a $format are refused as damaged', async ({ format, share }) => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const whole = await sharp({
    create: { width: 400, height: 300, channels: 3, background: 'grey', noise },
  })
    .toFormat(format, format === 'avif' ? { effort: 0 } : {})
    .toBuffer();

  await expect(thumbnail(whole.subarray(0, whole.length * share))).rejects.toMatchObject({
    name: 'CorruptImageError',
    code: 'corrupt_image',
    retryable: false,
  });
});

test('a PNG with a damaged byte is refused as damaged', async () => {
  const png = await plain(300, 300).png({ compressionLevel: 0 }).toBuffer();
  png.writeUInt8(png.readUInt8(png.length >> 1) ^ 0xff, png.length >> 1);

  await expect(thumbnail(png)).rejects.toMatchObject({ code: 'corrupt_image' });
});

test('a refusal says nothing of the decoder to people', async () => {
  const jpeg = await plain(300, 300).jpeg().toBuffer();

  await expect(thumbnail(jpeg.subarray(0, 400))).rejects.toThrow(
    'Image refused: the file is damaged or incomplete. Check that the image opens elsewhere, and upload it again.',
  );
});
