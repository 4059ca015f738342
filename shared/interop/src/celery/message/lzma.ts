/** A stream of bits that were coded with how likely each was, as LZMA has it. */
export class RangeDecoder {
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #range = 0;
  #code = 0;

  /** @throws for bytes that no encoder begins with. */
  begin(bytes: Uint8Array): void {
    if (bytes.length < 5 || bytes[0] !== 0) throw new Error('no LZMA data');
    this.#bytes = bytes;
    this.#at = 5;
    this.#range = 0xffffffff;
    this.#code = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  }

  /** One bit, whose odds are learned. */
  bit(odds: Uint16Array, index: number): 0 | 1 {
    const odd = odds[index] ?? 0;
    const bound = (this.#range >>> 11) * odd;
    const isZero = this.#code < bound;
    if (isZero) {
      this.#range = bound;
      odds[index] = odd + ((2_048 - odd) >> 5);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      odds[index] = odd - (odd >> 5);
    }
    this.#refill();
    return isZero ? 0 : 1;
  }

  /** Bits as likely one as the other, the highest first. */
  direct(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      this.#range >>>= 1;
      const isOne = this.#code >= this.#range;
      if (isOne) this.#code -= this.#range;
      this.#refill();
      value = value * 2 + (isOne ? 1 : 0);
    }
    return value;
  }

  /** A number of so many bits, each with odds that depend on those before it, the highest first. */
  tree(odds: Uint16Array, start: number, bits: number): number {
    let node = 1;
    for (let left = bits; left > 0; left -= 1) node = node * 2 + this.bit(odds, start + node);
    return node - (1 << bits);
  }

  /** The same, the lowest first. */
  reverseTree(odds: Uint16Array, start: number, bits: number): number {
    let [node, value] = [1, 0];
    for (let place = 0; place < bits; place += 1) {
      const bit = this.bit(odds, start + node);
      node = node * 2 + bit;
      value += bit * 2 ** place;
    }
    return value;
  }

  #refill(): void {
    if (this.#range >= 0x1000000) return;
    const next = this.#bytes[this.#at];
    if (next === undefined) throw new Error('LZMA data ends early');
    this.#at += 1;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | next) >>> 0;
  }
}

const even = (count: number) => new Uint16Array(count).fill(1_024);

/** How long a repetition is: short ones by where they begin, longer ones alike. */
const createLengths = () => {
  const [choice, short, middle, long] = [even(2), even(128), even(128), even(256)];
  return (range: RangeDecoder, place: number): number => {
    if (range.bit(choice, 0) === 0) return range.tree(short, place * 8, 3);
    if (range.bit(choice, 1) === 0) return 8 + range.tree(middle, place * 8, 3);
    return 16 + range.tree(long, 0, 8);
  };
};

/** What a chunk's properties byte says. */
export type LzmaProperties = {
  /** How many high bits of the byte before count for a literal. */
  contextBits: number;
  /** How many low bits of the position count for a literal, and for a repetition. */
  literalBits: number;
  positionBits: number;
};

/** @throws for what LZMA2 does not allow. */
export const readProperties = (byte: number): LzmaProperties => {
  const contextBits = byte % 9;
  const literalBits = Math.floor(byte / 9) % 5;
  const positionBits = Math.floor(byte / 45);
  if (positionBits > 4 || contextBits + literalBits > 4) throw new Error('bad LZMA properties');
  return { contextBits, literalBits, positionBits };
};

const REPEATED = 7;

/** Everything that an LZMA decoder has learned since it was last reset. */
export class LzmaState {
  readonly #literalOdds: Uint16Array;
  readonly #isMatch = even(12 * 16);
  readonly #isRepeat = even(12);
  readonly #isOther = [even(12), even(12), even(12)] as const;
  readonly #isLong = even(12 * 16);
  readonly #slots = even(4 * 64);
  readonly #near = even(115);
  readonly #align = even(16);
  readonly #lengthOfNew = createLengths();
  readonly #lengthOfRepeat = createLengths();
  readonly #properties: LzmaProperties;
  #state = 0;
  #distances: [number, number, number, number] = [0, 0, 0, 0];

  constructor(properties: LzmaProperties) {
    this.#properties = properties;
    this.#literalOdds = even(0x300 << (properties.contextBits + properties.literalBits));
  }

  /**
   * Decodes into `output` from `from` up to `to`.
   *
   * @param start where the dictionary begins: nothing before it is repeated.
   * @throws for what no encoder writes.
   */
  decode(
    range: RangeDecoder,
    output: Uint8Array,
    span: { start: number; from: number; to: number },
  ) {
    const { start, to } = span;
    const mask = (1 << this.#properties.positionBits) - 1;
    let at = span.from;
    while (at < to) {
      const place = (at - start) & mask;
      if (range.bit(this.#isMatch, this.#state * 16 + place) === 0) {
        output[at] = this.#literal(range, output, at, start);
        at += 1;
        continue;
      }
      const length = this.#repetition(range, place);
      const distance = this.#distances[0] + 1;
      if (distance > at - start || length > to - at) throw new Error('bad LZMA repetition');
      for (const end = at + length; at < end; at += 1) output[at] = output[at - distance] ?? 0;
    }
  }

  #literal(range: RangeDecoder, output: Uint8Array, at: number, start: number): number {
    const { contextBits, literalBits } = this.#properties;
    const before = at > start ? (output[at - 1] ?? 0) : 0;
    const place = (at - start) & ((1 << literalBits) - 1);
    const odds = 0x300 * ((place << contextBits) + (before >> (8 - contextBits)));
    let symbol = 1;
    if (this.#state >= REPEATED) {
      // It differs from what the last repetition would have gone on with.
      let expected = output[at - this.#distances[0] - 1] ?? 0;
      let isSame = true;
      while (isSame && symbol < 0x100) {
        const wanted = (expected >> 7) & 1;
        expected <<= 1;
        const bit = range.bit(this.#literalOdds, odds + ((1 + wanted) << 8) + symbol);
        symbol = symbol * 2 + bit;
        isSame = bit === wanted;
      }
    }
    while (symbol < 0x100) symbol = symbol * 2 + range.bit(this.#literalOdds, odds + symbol);
    this.#state = this.#state < 4 ? 0 : this.#state - (this.#state < 10 ? 3 : 6);
    return symbol - 0x100;
  }

  /** Notes the distance and returns the length. */
  #repetition(range: RangeDecoder, place: number): number {
    const state = this.#state;
    const wasLiteral = state < REPEATED;
    const [first, second, third, fourth] = this.#distances;
    if (range.bit(this.#isRepeat, state) === 0) {
      const length = this.#lengthOfNew(range, place);
      this.#state = wasLiteral ? 7 : 10;
      this.#distances = [this.#distance(range, length), first, second, third];
      return length + 2;
    }
    const [other, older, oldest] = this.#isOther;
    if (range.bit(other, state) === 0) {
      if (range.bit(this.#isLong, state * 16 + place) === 0) {
        this.#state = wasLiteral ? 9 : 11;
        return 1;
      }
    } else if (range.bit(older, state) === 0) this.#distances = [second, first, third, fourth];
    else if (range.bit(oldest, state) === 0) this.#distances = [third, first, second, fourth];
    else this.#distances = [fourth, first, second, third];
    this.#state = wasLiteral ? 8 : 11;
    return this.#lengthOfRepeat(range, place) + 2;
  }

  #distance(range: RangeDecoder, length: number): number {
    const slot = range.tree(this.#slots, Math.min(length, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 + (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + range.reverseTree(this.#near, base - slot, bits);
    return base + range.direct(bits - 4) * 16 + range.reverseTree(this.#align, 0, 4);
  }
}
