import sharp from 'sharp';

/** In pixels, upright: a photo of three megapixels taken with the camera held on its side. */
const PHOTO = { width: 1500, height: 2000 };

/** "The top of the picture is its right side" (EXIF 2.32, tag 0x0112): turn clockwise to see it. */
const SIDEWAYS = 6;

/** Strength of the sensor's noise, of 255; without noise a JPEG would be as small as no photo is. */
const NOISE = 24;

/**
 * A JPEG as a camera writes it: a landscape with noise, stored on its side with an EXIF orientation.
 * Upright, the sky is blue above and the meadow green below.
 */
export const takePhoto = (): Promise<Buffer> =>
  sharp(drawLandscape(), { raw: { ...PHOTO, channels: 3 } })
    .rotate(270)
    .withMetadata({ orientation: SIDEWAYS })
    .jpeg({ quality: 88 })
    .toBuffer();

const any = (from: number, to: number) => Math.round(from + Math.random() * (to - from));

const anyColour = () => `rgb(${any(0, 255)},${any(0, 255)},${any(0, 255)})`;

/** Coloured things on a table, of which no two runs see the same. */
export const takeStillLife = (): Promise<Buffer> => {
  const things = Array.from({ length: 12 }, () => {
    const [x, y, size] = [any(0, 1_200), any(0, 900), any(80, 380)];
    return Math.random() < 0.5
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${anyColour()}"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${any(80, 380)}" fill="${anyColour()}"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="900">
    <rect width="1200" height="900" fill="${anyColour()}"/>${things.join('')}</svg>`;
  return sharp(Buffer.from(drawing)).jpeg({ quality: 90 }).toBuffer();
};

const drawLandscape = () => {
  const { width, height } = PHOTO;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    const horizon = height * 0.6;
    for (let x = 0; x < width; x += 1, at += 3) {
      const hill = 90 * Math.sin(x / 170) + 40 * Math.sin(x / 61);
      const [red, green, blue] = y < horizon + hill ? skyAt(y / height) : meadowAt(y / height);
      const noise = (Math.random() - 0.5) * NOISE;
      pixels[at] = clamp(red + noise);
      pixels[at + 1] = clamp(green + noise);
      pixels[at + 2] = clamp(blue + noise);
    }
  }
  return pixels;
};

const clamp = (value: number) => Math.min(Math.max(Math.round(value), 0), 255);

const skyAt = (depth: number) => [60 + 180 * depth, 120 + 120 * depth, 235] as const;
const meadowAt = (depth: number) => [60 + 60 * depth, 170 - 60 * depth, 50] as const;

/** What can be told of a picture from its bytes alone. */
export type Picture = {
  format: string;
  /** In pixels, as stored. */
  width: number;
  height: number;
  /** Whether a tag says that it has to be turned to be seen upright. */
  turned: boolean;
  /** Whether the sky is above: false for a picture that lies on its side or stands on its head. */
  upright: boolean;
};

export const inspectPicture = async (content: Buffer): Promise<Picture> => {
  const { format, width, height, orientation = 1 } = await sharp(content).metadata();
  const rows = await sharp(content).resize(2, 2, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  const isSky = (pixel: number) => (rows[pixel * 3 + 2] ?? 0) > (rows[pixel * 3 + 1] ?? 0);
  const upright = isSky(0) && isSky(1) && !isSky(2) && !isSky(3);
  return { format, width, height, turned: orientation !== 1, upright };
};
