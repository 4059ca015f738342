import { crc32 } from 'node:zlib';

const MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Of a chunk: its length, its type, and the checksum behind its content. */
const FRAME_BYTES = 12;

export const isPng = (file: Buffer): boolean => file.subarray(0, MAGIC.length).equals(MAGIC);

/**
 * What a PNG measures; undefined unless it is whole: from its header to its end, with pixels between, each
 * chunk with the checksum that it names (PNG specification, 5 and 11.2).
 */
export const pngSize = (file: Buffer): { width: number; height: number } | undefined => {
  const types = new Set<string>();
  for (let at = MAGIC.length; at + FRAME_BYTES <= file.length;) {
    const end = at + FRAME_BYTES + file.readUInt32BE(at);
    if (end > file.length) return undefined;
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) return undefined;
    types.add(file.toString('latin1', at + 4, at + 8));
    at = end;
  }
  const [first] = types;
  if (first !== 'IHDR' || !types.has('IDAT') || !types.has('IEND')) return undefined;
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
};
