import { LzmaState, RangeDecoder, readProperties } from './lzma.ts';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

const STREAM_HEADER_BYTES = 12;

const LZMA2 = 0x21;

/**
 * Unpacks the xz container that Python's `lzma.compress` writes: blocks of LZMA2 without other filters. Node
 * has no decoder of its own. The container's checks are left alone: what reads the result has its own idea of
 * what is well formed.
 *
 * @throws {RangeError} once the result would be larger than `maxBytes`; nothing is kept beyond that.
 */
export const unxz = (bytes: Uint8Array, maxBytes: number): Uint8Array => {
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) throw new Error('no xz container');
  const checkBytes = checkSize(byteAt(bytes, 7) & 15);
  const output = createOutput(maxBytes);
  let at = STREAM_HEADER_BYTES;
  // A block's header begins with its size, the index with 0.
  while (byteAt(bytes, at) !== 0) {
    const end = unpackBlock(bytes, at + readBlockHeader(bytes, at), output);
    at = end + ((at - end) & 3) + checkBytes;
  }
  return output.bytes();
};

/** As many bytes as the check of each block has, by its kind. */
const checkSize = (kind: number): number => (kind === 0 ? 0 : 4 * 2 ** Math.ceil(kind / 3 - 1));

const byteAt = (bytes: Uint8Array, at: number): number => {
  const byte = bytes[at];
  if (byte === undefined) throw new Error('it ends early');
  return byte;
};

/** The size of a block's header. */
const readBlockHeader = (bytes: Uint8Array, start: number): number => {
  const flags = byteAt(bytes, start + 1);
  let at = start + 2;
  const number = () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = byteAt(bytes, at);
      at += 1;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return value;
    }
  };
  if (flags & 0x40) number(); // The packed size, which the chunks tell as well.
  if (flags & 0x80) number(); // The size of the result.
  if ((flags & 3) !== 0 || number() !== LZMA2) throw new Error('it has a filter that is not known');
  return (byteAt(bytes, start) + 1) * 4;
};

/**
 * Unpacks chunks until one says that it was the last; each says how it is packed, how large it is, and what
 * is to be forgotten before it.
 *
 * @returns where the next thing is.
 */
const unpackBlock = (bytes: Uint8Array, from: number, output: Output): number => {
  const range = new RangeDecoder();
  let state: LzmaState | undefined;
  let properties: ReturnType<typeof readProperties> | undefined;
  /** Nothing before it is repeated. */
  let start = output.size();
  let at = from;
  for (;;) {
    const control = byteAt(bytes, at);
    const low = control === 0 ? 0 : byteAt(bytes, at + 1) * 256 + byteAt(bytes, at + 2) + 1;
    if (control === 0) return at + 1;
    if (control === 1 || control >= 0xe0) start = output.size();
    if (control < 0x80) {
      if (control > 2) throw new Error('bad LZMA2 chunk');
      byteAt(bytes, at + 2 + low);
      output.extend(low).set(bytes.subarray(at + 3, at + 3 + low), output.size() - low);
      at += 3 + low;
      continue;
    }
    const size = (control & 31) * 65_536 + low;
    const packed = byteAt(bytes, at + 3) * 256 + byteAt(bytes, at + 4) + 1;
    const reset = (control >> 5) & 3;
    if (reset >= 2) properties = readProperties(byteAt(bytes, at + 5));
    if (properties === undefined) throw new Error('an LZMA2 chunk has no properties');
    if (reset >= 1 || state === undefined) state = new LzmaState(properties);
    const data = at + (reset >= 2 ? 6 : 5);
    byteAt(bytes, data + packed - 1);
    range.begin(bytes.subarray(data, data + packed));
    const whole = output.extend(size);
    const to = output.size();
    state.decode(range, whole, { start, from: to - size, to });
    at = data + packed;
  }
};

type Output = ReturnType<typeof createOutput>;

const createOutput = (maxBytes: number) => {
  let bytes = new Uint8Array(65_536);
  let size = 0;
  return {
    size: () => size,
    /** Makes room for so many more, and returns the whole. */
    extend(count: number): Uint8Array {
      size += count;
      if (size > maxBytes) throw new RangeError(`it has more than ${maxBytes} bytes`);
      if (size > bytes.length) {
        const larger = new Uint8Array(Math.min(Math.max(size, bytes.length * 2), maxBytes));
        larger.set(bytes);
        bytes = larger;
      }
      return bytes;
    },
    bytes: () => bytes.subarray(0, size),
  };
};
