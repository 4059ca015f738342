const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

export const isJpeg = (file: Buffer): boolean => file[0] === 0xff && file[1] === 0xd8;

/**
 * What a JPEG measures; undefined unless it has a frame, a scan of it, and an end. Walks the segments up
 * to the scan (ITU-T T.81, B.1 and B.2).
 */
export const jpegSize = (file: Buffer): { width: number; height: number } | undefined => {
  let size: ReturnType<typeof jpegSize>;
  for (let at = 2; at + 9 < file.length && file[at] === 0xff;) {
    const marker = file[at + 1] ?? 0;
    if (marker === START_OF_SCAN) return file.lastIndexOf(END_OF_IMAGE) > at ? size : undefined;
    if (isStartOfFrame(marker)) {
      size = { width: file.readUInt16BE(at + 7), height: file.readUInt16BE(at + 5) };
    }
    at += 2 + file.readUInt16BE(at + 2);
  }
  return undefined;
};

/** All of C0 to CF but the tables (C4, CC) and a reserved one (C8). */
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
