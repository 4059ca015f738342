/** Bytes of a compressed block never unpack to more than this before run lengths. */
const BLOCK_UNIT = 100_000;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const GROUP = 50;

/**
 * Unpacks bzip2, one stream or several after each other.
 *
 * @throws {RangeError} when more than `maxBytes` would come out.
 * @throws {Error} for anything that is no bzip2.
 */
export const bunzip2 = (bytes: Uint8Array, maxBytes: number): Uint8Array => {
  const bits = createBits(bytes);
  const chunks: Uint8Array[] = [];
  let total = 0;
  do {
    const header = bits.read(24);
    const level = bits.read(8) - 0x30;
    if (header !== 0x425a68 || level < 1 || level > 9) throw new Error('it is no bzip2');
    for (;;) {
      const magic = bits.read(24) * 0x1000000 + bits.read(24);
      bits.read(32); // The checksum: what follows is parsed strictly, and JSON after that.
      if (magic === END_MAGIC) break;
      if (magic !== BLOCK_MAGIC) throw new Error('a bzip2 block is damaged');
      const chunk = readBlock(bits, level * BLOCK_UNIT, maxBytes - total);
      total += chunk.length;
      chunks.push(chunk);
    }
    bits.align();
  } while (!bits.isAtEnd());
  return Buffer.concat(chunks);
};

type Bits = {
  /** Up to 32 of them, the highest first. */
  read: (count: number) => number;
  align: () => void;
  isAtEnd: () => boolean;
};

const createBits = (bytes: Uint8Array): Bits => {
  let at = 0;
  const bit = () => {
    const byte = bytes[at >> 3];
    if (byte === undefined) throw new Error('the bzip2 data ends early');
    const value = (byte >> (7 - (at & 7))) & 1;
    at += 1;
    return value;
  };
  return {
    read: (count) => {
      let value = 0;
      for (let index = 0; index < count; index += 1) value = value * 2 + bit();
      return value;
    },
    align: () => {
      at = (at + 7) & ~7;
    },
    isAtEnd: () => at >> 3 >= bytes.length,
  };
};

const readBlock = (bits: Bits, blockSize: number, maxBytes: number): Uint8Array => {
  if (bits.read(1) === 1) throw new Error('randomised bzip2 blocks are not read');
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  const groups = bits.read(3);
  const selectors = readSelectors(bits, groups);
  const tables = Array.from({ length: groups }, () => readTable(bits, symbols.length + 2));
  const packed = readMoves(bits, { symbols, selectors, tables, blockSize });
  if (origin >= packed.length) throw new Error('a bzip2 block is damaged');
  return unfold(untransform(packed, origin), maxBytes);
};

/** Which bytes occur at all. */
const readSymbols = (bits: Bits): number[] => {
  const used = bits.read(16);
  const symbols: number[] = [];
  for (let high = 0; high < 16; high += 1) {
    if (((used >> (15 - high)) & 1) === 0) continue;
    const row = bits.read(16);
    for (let low = 0; low < 16; low += 1) {
      if (((row >> (15 - low)) & 1) === 1) symbols.push(high * 16 + low);
    }
  }
  if (symbols.length === 0) throw new Error('a bzip2 block is damaged');
  return symbols;
};

/** Which table each group of fifty symbols is coded with. */
const readSelectors = (bits: Bits, groups: number): number[] => {
  if (groups < 2 || groups > 6) throw new Error('a bzip2 block is damaged');
  const count = bits.read(15);
  const order = Array.from({ length: groups }, (_, index) => index);
  return Array.from({ length: count }, () => {
    let position = 0;
    while (bits.read(1) === 1) position += 1;
    const [selector] = order.splice(position, 1);
    if (selector === undefined) throw new Error('a bzip2 block is damaged');
    order.unshift(selector);
    return selector;
  });
};

type Table = (bits: Bits) => number;

/** A canonical Huffman code, from the lengths of its words. */
const readTable = (bits: Bits, size: number): Table => {
  let length = bits.read(5);
  const lengths = Array.from({ length: size }, () => {
    while (bits.read(1) === 1) {
      length += bits.read(1) === 1 ? -1 : 1;
      if (length < 1 || length > 20) throw new Error('a bzip2 block is damaged');
    }
    return length;
  });
  const words = new Map<number, number>();
  let code = 0;
  for (let width = 1; width <= 20; width += 1) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== width) continue;
      words.set(width * 0x200000 + code, symbol);
      code += 1;
    }
    code *= 2;
  }
  return (bits) => {
    let word = 0;
    for (let width = 1; width <= 20; width += 1) {
      word = word * 2 + bits.read(1);
      const symbol = words.get(width * 0x200000 + word);
      if (symbol !== undefined) return symbol;
    }
    throw new Error('a bzip2 block is damaged');
  };
};

type Coded = { symbols: number[]; selectors: number[]; tables: Table[]; blockSize: number };

/** Undoes the Huffman code, the zero run lengths and move-to-front. */
const readMoves = (bits: Bits, { symbols, selectors, tables, blockSize }: Coded): Uint8Array => {
  const out = new Uint8Array(blockSize);
  const order = [...symbols];
  const end = symbols.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (byte: number, times: number) => {
    if (length + times > blockSize) throw new Error('a bzip2 block is damaged');
    out.fill(byte, length, length + times);
    length += times;
  };
  for (let index = 0; ; index += 1) {
    const table = tables[selectors[Math.floor(index / GROUP)] ?? -1];
    if (table === undefined) throw new Error('a bzip2 block is damaged');
    const symbol = table(bits);
    if (symbol <= 1) {
      run += weight << symbol;
      weight *= 2;
      if (run > blockSize) throw new Error('a bzip2 block is damaged');
      continue;
    }
    if (run > 0) put(order[0] ?? 0, run);
    run = 0;
    weight = 1;
    if (symbol === end) return out.subarray(0, length);
    const [byte] = order.splice(symbol - 1, 1);
    if (byte === undefined) throw new Error('a bzip2 block is damaged');
    order.unshift(byte);
    put(byte, 1);
  }
};

/** Undoes the Burrows-Wheeler transform. */
const untransform = (packed: Uint8Array, origin: number): Uint8Array => {
  const starts = new Uint32Array(257);
  for (const byte of packed) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1;
  for (let byte = 0; byte < 256; byte += 1) {
    starts[byte + 1] = (starts[byte + 1] ?? 0) + (starts[byte] ?? 0);
  }
  const next = new Uint32Array(packed.length);
  for (const [index, byte] of packed.entries()) {
    const slot = starts[byte] ?? 0;
    next[slot] = index;
    starts[byte] = slot + 1;
  }
  const out = new Uint8Array(packed.length);
  let at = next[origin] ?? 0;
  for (let index = 0; index < packed.length; index += 1) {
    out[index] = packed[at] ?? 0;
    at = next[at] ?? 0;
  }
  return out;
};

/** Four equal bytes are followed by how many more there are. */
const unfold = (bytes: Uint8Array, maxBytes: number): Uint8Array => {
  let size = 0;
  eachRun(bytes, (_, times) => {
    size += times;
  });
  if (size > maxBytes) throw new RangeError('it unpacks to more than is allowed');
  const out = new Uint8Array(size);
  let at = 0;
  eachRun(bytes, (byte, times) => {
    out.fill(byte, at, at + times);
    at += times;
  });
  return out;
};

const eachRun = (bytes: Uint8Array, use: (byte: number, times: number) => void) => {
  let same = 0;
  let last = -1;
  for (const byte of bytes) {
    if (same === 4) {
      use(last, byte);
      same = 0;
      last = -1;
      continue;
    }
    same = byte === last ? same + 1 : 1;
    last = byte;
    use(byte, 1);
  }
};
