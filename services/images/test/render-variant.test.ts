import { expect, test } from 'vitest';
import { decodeImage } from '../src/decode-image.ts';
import type { ImageFormat } from '../src/encode-image.ts';
import { renderVariant } from '../src/render-variant.ts';
import { sharp } from '../src/sharp.ts';
import { type VariantName, VARIANTS } from '../src/variants.ts';
import {
  BLUE,
  type Colour,
  GREEN,
  plain,
  quarterColours,
  quarters,
  RED,
  turnedQuarters,
  WHITE,
} from './pictures.ts';

const render = (
  original: Buffer,
  variant: VariantName = 'medium',
  format: ImageFormat = 'jpeg',
  signal: AbortSignal = new AbortController().signal,
) => renderVariant(original, { variant, format, signal, deadline: new Date(Date.now() + 60_000) });

/** JPEG and colour conversion change values a little. */
const expectColours = (actual: number[][], expected: readonly Colour[], tolerance = 8) => {
  const differences = expected.flatMap((colour, quarter) =>
    colour.map((value, channel) => Math.abs(value - (actual[quarter]?.[channel] ?? Infinity))),
  );
  expect(
    Math.max(...differences),
    `${JSON.stringify(actual)} is no ${JSON.stringify(expected)}`,
  ).toBeLessThanOrEqual(tolerance);
};

const expectPlain = async (image: Buffer, colour: Colour, tolerance?: number) =>
  expectColours(await quarterColours(image), [colour, colour, colour, colour], tolerance);

test.for([
  { width: 4000, height: 3000 },
  { width: 333, height: 777 },
  { width: 251, height: 199 },
  { width: 250, height: 200 },
  { width: 1, height: 1 },
  { width: 1, height: 2 },
  { width: 3, height: 2000 },
  { width: 2000, height: 3 },
  { width: 1, height: 20_000 },
  { width: 20_000, height: 1 },
])('the thumbnail of $width×$height pixels has exactly 250×200', async ({ width, height }) => {
  const rendered = await render(await plain(width, height).jpeg().toBuffer(), 'thumbnail');

  expect(rendered).toMatchObject({ width: 250, height: 200, originalSize: { width, height } });
  expect(await sharp(rendered.content).metadata()).toMatchObject({
    format: 'jpeg',
    width: 250,
    height: 200,
  });
});

test('a thumbnail shows the middle', async () => {
  const wide = plain(1_000, 200, BLUE).composite([
    { input: await plain(300, 200, RED).png().toBuffer(), left: 350, top: 0 },
  ]);

  const { content } = await render(await wide.png().toBuffer(), 'thumbnail');

  await expectPlain(content, RED);
});

test.for([
  { variant: 'medium', from: [4000, 3000], to: [1024, 768] },
  { variant: 'medium', from: [3000, 4000], to: [768, 1024] },
  { variant: 'medium', from: [1024, 1024], to: [1024, 1024] },
  { variant: 'medium', from: [1023, 7], to: [1023, 7] },
  { variant: 'medium', from: [20_000, 1], to: [1024, 1] },
  { variant: 'large', from: [4000, 3000], to: [1920, 1440] },
  { variant: 'large', from: [2000, 100], to: [1920, 96] },
  { variant: 'large', from: [1, 1], to: [1, 1] },
] as const)('$variant of $from is $to', async ({ variant, from, to }) => {
  const { width, height, content } = await render(
    await plain(from[0], from[1]).jpeg().toBuffer(),
    variant,
  );

  expect([width, height]).toEqual(to);
  expect(await sharp(content).metadata()).toMatchObject({ width, height });
});

test.for([
  { format: 'jpeg', is: { format: 'jpeg' } },
  { format: 'webp', is: { format: 'webp' } },
  { format: 'avif', is: { format: 'heif', compression: 'av1' } },
] as const)('a variant in $format is one, and shows the same', async ({ format, is }) => {
  const { content } = await render(await quarters(400, 300).png().toBuffer(), 'medium', format);

  expect(await sharp(content).metadata()).toMatchObject({ ...is, width: 400, height: 300 });
  expectColours(await quarterColours(content), [RED, GREEN, BLUE, WHITE]);
});

test.for(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('%s can be read', async (format) => {
  const original = await quarters(400, 300).toFormat(format).toBuffer();

  const { content } = await render(original);

  expectColours(await quarterColours(content), [RED, GREEN, BLUE, WHITE]);
});

test.for([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i is turned upright', async (orientation) => {
  const original = await turnedQuarters(120, 60, orientation).jpeg({ quality: 95 }).toBuffer();
  const stored = await sharp(original).metadata();

  const medium = await render(original);
  const thumbnail = await render(original, 'thumbnail');

  expect(stored).toMatchObject({ orientation, width: orientation > 4 ? 60 : 120 });
  expect(medium).toMatchObject({
    width: 120,
    height: 60,
    originalSize: { width: 120, height: 60 },
  });
  expectColours(await quarterColours(medium.content), [RED, GREEN, BLUE, WHITE]);
  expectColours(await quarterColours(thumbnail.content), [RED, GREEN, BLUE, WHITE]);
  expect((await sharp(medium.content).metadata()).orientation).toBeUndefined();
});

test.for(['jpeg', 'webp', 'avif'] as const)('%s keeps no metadata', async (format) => {
  const original = await plain(300, 200)
    .withExif({
      IFD0: { Copyright: 'whoever took it' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>somewhere</place></x:xmpmeta>')
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();

  const { content } = await render(original, 'medium', format);

  const before = await sharp(original).metadata();
  const after = await sharp(content).metadata();
  for (const kind of ['exif', 'xmp', 'icc'] as const) {
    expect(before[kind], kind).toBeInstanceOf(Buffer);
    expect(after[kind], kind).toBeUndefined();
  }
  expect(original.includes('whoever took it')).toBe(true);
  expect(content.includes('whoever took it')).toBe(false);
});

test('colours of a wide-gamut profile come out as sRGB', async () => {
  const original = await plain(50, 50, RED).withIccProfile('p3').jpeg({ quality: 100 }).toBuffer();
  const ignored = await sharp(original, { ignoreIcc: true }).png().toBuffer();

  const { content } = await render(original);

  await expectPlain(ignored, [234, 51, 35]); // What a program sees that does not know the profile.
  await expectPlain(content, RED);
});

test('CMYK comes out as sRGB', async () => {
  const original = await plain(50, 50, [150, 120, 100]).toColourspace('cmyk').jpeg().toBuffer();

  const { content } = await render(original);

  expect(await sharp(original).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
  expect(await sharp(content).metadata()).toMatchObject({ space: 'srgb', channels: 3 });
  await expectPlain(content, [150, 120, 100], 12);
});

test('16 bits a channel come out as eight', async () => {
  const original = await plain(50, 50, [200, 100, 50]).toColourspace('rgb16').png().toBuffer();

  const { content } = await render(original);

  expect((await sharp(original).metadata()).depth).toBe('ushort');
  expect((await sharp(content).metadata()).depth).toBe('uchar');
  await expectPlain(content, [200, 100, 50]);
});

test.for(['png', 'jpeg'] as const)('a greyscale %s keeps its greys', async (format) => {
  const original = await plain(50, 50, [100, 100, 100])
    .toColourspace('b-w')
    .toFormat(format)
    .toBuffer();

  const { content } = await render(original);

  expect((await sharp(original).metadata()).channels).toBe(1);
  const seen = await sharp(content).toColourspace('srgb').png().toBuffer();
  await expectPlain(seen, [100, 100, 100]);
});

test.for([
  { kind: 'a true-colour PNG', palette: false },
  { kind: 'a PNG with a palette', palette: true },
])('what is transparent in $kind is white in JPEG', async ({ palette }) => {
  const original = await plain(50, 50, RED).ensureAlpha(0).png({ palette }).toBuffer();

  const { content } = await render(original);

  expect((await sharp(original).metadata()).hasAlpha).toBe(true);
  expect((await sharp(content).metadata()).hasAlpha).toBe(false);
  await expectPlain(content, WHITE);
});

test('what is half transparent shows half of the white behind it', async () => {
  const { content } = await render(await plain(50, 50, RED).ensureAlpha(0.5).png().toBuffer());

  await expectPlain(content, [255, 127, 127]);
});

test.for(['webp', 'avif'] as const)('%s stays transparent', async (format) => {
  const original = await plain(2_000, 2_000, RED).ensureAlpha(0.5).png().toBuffer();

  const { content } = await render(original, 'medium', format);

  const [pixel] = await quarterColours(content);
  expect(pixel).toHaveLength(4);
  expectColours([pixel ?? []], [RED]);
  expect(Math.abs((pixel?.[3] ?? 0) - 127)).toBeLessThanOrEqual(3);
});

test.for(['gif', 'webp'] as const)('of an animated %s the first frame is shown', async (format) => {
  const frames = await Promise.all(
    [GREEN, RED, BLUE].map((colour) => plain(300, 200, colour).png().toBuffer()),
  );
  const original = await sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();

  const { content, ...size } = await render(original);

  expect((await sharp(original).metadata()).pages).toBe(3);
  expect(size).toMatchObject({
    width: 300,
    height: 200,
    originalSize: { width: 300, height: 200 },
  });
  await expectPlain(content, GREEN, 12);
});

test('a signal that has aborted before stops the work with its reason', async () => {
  const reason = new Error('cancelled by its owner');
  const original = await plain(10, 10).png().toBuffer();

  await expect(render(original, 'medium', 'jpeg', AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('a signal that aborts while decoding spares the encoding', async () => {
  const reason = new Error('cancelled by its owner');
  const original = await plain(3_000, 2_000).png().toBuffer();
  const decoding = await changesDuring(() =>
    decodeImage(original, VARIANTS.large, { timeoutMs: 60_000 }),
  );
  const stop = new AbortController();
  sharp.queue.once('change', () => stop.abort(reason));

  const stopped = await changesDuring(() =>
    expect(render(original, 'large', 'jpeg', stop.signal)).rejects.toBe(reason),
  );
  const whole = await changesDuring(() => render(original, 'large'));

  expect(stopped).toBe(decoding);
  expect(whole).toBeGreaterThan(decoding);
});

/** How often sharp began or finished a pipeline meanwhile. */
const changesDuring = async (work: () => Promise<unknown>) => {
  let changes = 0;
  const count = () => (changes += 1);
  sharp.queue.on('change', count);
  await work();
  sharp.queue.off('change', count);
  return changes;
};
