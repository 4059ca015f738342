export type ImageSize = { format: 'png' | 'jpg'; width: number; height: number };

const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What an image is and claims to measure, in pixels; undefined for any but PNG and JPEG. */
export const imageSize = (image: Buffer): ImageSize | undefined => {
  if (image.subarray(0, 8).equals(PNG_MAGIC)) return pngSize(image);
  if (image[0] === 0xff && image[1] === 0xd8) return jpegSize(image);
  return undefined;
};

/** The header chunk always comes first (PNG specification, 11.2.2). */
const pngSize = (image: Buffer): ImageSize | undefined => {
  if (image.length < 33 || image.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { format: 'png', width: image.readUInt32BE(16), height: image.readUInt32BE(20) };
};

/** Walks the segments to the start of frame (ITU-T T.81, B.1 and B.2). */
const jpegSize = (image: Buffer): ImageSize | undefined => {
  let at = 2;
  while (at + 9 < image.length && image[at] === 0xff) {
    const marker = image[at + 1] ?? 0;
    if (isStartOfFrame(marker)) {
      return {
        format: 'jpg',
        width: image.readUInt16BE(at + 7),
        height: image.readUInt16BE(at + 5),
      };
    }
    at += 2 + image.readUInt16BE(at + 2);
  }
  return undefined;
};

/** All of C0 to CF but the tables (C4, CC) and a reserved one (C8). */
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
