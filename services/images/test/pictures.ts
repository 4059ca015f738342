import type { Sharp } from 'sharp';
import { sharp } from '../src/sharp.ts';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

export const RED: Colour = [255, 0, 0];
export const GREEN: Colour = [0, 255, 0];
export const BLUE: Colour = [0, 0, 255];
export const WHITE: Colour = [255, 255, 255];

/** A picture of one colour. */
export const plain = (width: number, height: number, colour: Colour = [90, 120, 150]): Sharp =>
  paint(width, height, () => colour);

/** A picture whose quarters, from the top left in reading order, are red, green, blue and white. */
export const quarters = (width: number, height: number): Sharp =>
  paint(width, height, (x, y) => quarterColour(x / width, y / height));

/** The quarters as a camera that was held otherwise stores them: EXIF orientation 1 to 8. */
export const turnedQuarters = (width: number, height: number, orientation: number): Sharp => {
  const { fromRow, fromColumn } = ORIENTATIONS[orientation - 1] ?? {};
  const swapped = orientation > 4;
  const [columns, rows] = swapped ? [height, width] : [width, height];
  return paint(columns, rows, (column, row) => {
    const place = { left: 0, right: 0, top: 0, bottom: 0 };
    // Where the pixel is seen, as a share of the way from the side that its row and column count from.
    place[fromRow ?? 'top'] = (row + 0.5) / rows;
    place[fromColumn ?? 'left'] = (column + 0.5) / columns;
    const x = place.right > 0 ? 1 - place.right : place.left;
    const y = place.bottom > 0 ? 1 - place.bottom : place.top;
    return quarterColour(x, y);
  }).withMetadata({ orientation });
};

/** EXIF 2.32, tag 0x0112: the sides of the scene that the first row and the first column show. */
const ORIENTATIONS = [
  { fromRow: 'top', fromColumn: 'left' },
  { fromRow: 'top', fromColumn: 'right' },
  { fromRow: 'bottom', fromColumn: 'right' },
  { fromRow: 'bottom', fromColumn: 'left' },
  { fromRow: 'left', fromColumn: 'top' },
  { fromRow: 'right', fromColumn: 'top' },
  { fromRow: 'right', fromColumn: 'bottom' },
  { fromRow: 'left', fromColumn: 'bottom' },
] as const;

const quarterColour = (x: number, y: number) =>
  y < 0.5 ? (x < 0.5 ? RED : GREEN) : x < 0.5 ? BLUE : WHITE;

const paint = (width: number, height: number, colourAt: (x: number, y: number) => Colour) => {
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at += 1) {
    data.set(colourAt(at % width, Math.floor(at / width)), at * 3);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
};

/** The colour in the middle of each quarter, in reading order; what is transparent shows black. */
export const quarterColours = async (image: Uint8Array): Promise<number[][]> => {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const start =
      (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return [...data.subarray(start, start + info.channels)];
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
};
