import { crc32 } from 'node:zlib';
import { plain } from './pictures.ts';

/** A small PNG whose header claims another size. */
export const pngThatClaims = async (width: number, height: number): Promise<Buffer> => {
  const png = await plain(10, 10).png().toBuffer();
  // 8 bytes of signature, then the IHDR chunk: length, type, 13 bytes of content, checksum.
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
};

/** A GIF that shows the same picture `frames` times over. */
export const longGif = async (size: number, frames: number): Promise<Buffer> => {
  const gif = await plain(size, size).gif().toBuffer();
  const coloursBytes = 3 * 2 ** ((gif.readUInt8(10) & 7) + 1);
  const header = gif.subarray(0, 13 + coloursBytes);
  const frame = gif.subarray(header.length, -1);
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), gif.subarray(-1)]);
};

/** As iPhones write: the container of AVIF with HEVC inside. Its picture is empty. */
export const heic = (): Buffer => {
  const ftyp = box('ftyp', text('heic'), uint32(0), text('mif1heic'));
  const picture = Buffer.alloc(64);
  const meta = (offset: number) =>
    fullBox(
      'meta',
      fullBox('hdlr', uint32(0), text('pict'), Buffer.alloc(13)),
      fullBox('pitm', uint16(1)),
      fullBox(
        'iloc',
        uint16(0x4400),
        uint16(1),
        uint16(1),
        uint16(0),
        uint16(1),
        uint32(offset),
        uint32(64),
      ),
      fullBox(
        'iinf',
        uint16(1),
        box('infe', uint32(0x02_00_00_00), uint16(1), uint16(0), text('hvc1\0')),
      ),
      box(
        'iprp',
        box('ipco', hevcConfiguration(), fullBox('ispe', uint32(64), uint32(64))),
        fullBox('ipma', uint32(1), uint16(1), Buffer.from([2, 0x81, 2])),
      ),
    );
  const offset = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(offset), box('mdat', picture)]);
};

/** ISO/IEC 14496-15, HEVCDecoderConfigurationRecord: version 1, all else unset, no parameter sets. */
const hevcConfiguration = () => box('hvcC', Buffer.from([1]), Buffer.alloc(22));

const box = (type: string, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([uint32(content.length + 8), text(type), content]);
};

/** A box that begins with its version and flags, here 0. */
const fullBox = (type: string, ...parts: Buffer[]) => box(type, uint32(0), ...parts);

const text = (value: string) => Buffer.from(value, 'latin1');

const uint16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
