import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { SIDE } from '../src/haar.ts';
import { type Signature, signatureOf } from '../src/signature.ts';

const MEADOW = new URL('../../../infra/demo/meadow.jpg', import.meta.url);

/** A photo that somebody took. */
export const meadow = async (): Promise<Buffer> => readFile(MEADOW);

/** The same pseudo-random numbers for the same seed, from 0 up to 1 (mulberry32). */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const WIDTH = 640;
const HEIGHT = 480;

/** A scene of its own for each seed: a sky or a wall, things in front of it, and the noise of a sensor. */
export const scene = async (seed: number): Promise<Buffer> => {
  const random = randomFrom(seed);
  const number = (from: number, to: number) => Math.round(from + random() * (to - from));
  const colour = () => `rgb(${number(0, 255)},${number(0, 255)},${number(0, 255)})`;
  const things = Array.from({ length: number(4, 14) }, () => {
    const [x, y, size] = [number(0, WIDTH), number(0, HEIGHT), number(20, 220)];
    return random() < 0.5
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${colour()}"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${number(20, 220)}" fill="${colour()}" transform="rotate(${number(0, 90)} ${x} ${y})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <defs><linearGradient id="g" gradientTransform="rotate(${number(0, 90)})">
      <stop offset="0" stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/>
    </linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>${things.join('')}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (let at = 0; at < data.length; at += 1) {
    data[at] = Math.min(Math.max(data[at]! + Math.round((random() - 0.5) * 24), 0), 255);
  }
  const { width, height } = info;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
};

/** What becomes of a photo on its way through other people's hands. */
export const COPIES: readonly { what: string; make: (photo: Sharp) => Sharp }[] = [
  { what: 'half its size', make: (photo) => photo.resize({ width: 320 }).jpeg() },
  { what: 'a tenth of its size', make: (photo) => photo.resize({ width: 64 }).jpeg() },
  { what: 'saved at quality 30', make: (photo) => photo.jpeg({ quality: 30 }) },
  { what: 'saved as WebP', make: (photo) => photo.webp({ quality: 60 }) },
];

/** The copy without this share of each side. */
export const cropped = async (photo: Buffer, share: number): Promise<Buffer> => {
  const { width, height } = await sharp(photo).metadata();
  const left = Math.round(width * share);
  const top = Math.round(height * share);
  return sharp(photo)
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .jpeg({ quality: 85 })
    .toBuffer();
};

export const signatureOfPhoto = async (photo: Buffer): Promise<Signature> =>
  signatureOf(
    await sharp(photo)
      .resize(SIDE, SIDE, { fit: 'fill' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer(),
  );
