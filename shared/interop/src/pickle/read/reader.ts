import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';

/** A cursor over the input. Every length is held against what is left before anything is allocated. */
export type Reader = {
  u8(): number;
  u16(): number;
  u32(): number;
  i32(): number;
  /** A length of eight bytes. */
  u64(): number;
  /** Big endian, unlike everything else in a pickle. */
  f64(): number;
  /** A view of the next bytes; copy it to keep it. */
  view(length: number): Uint8Array;
  /** A view of the bytes up to the next newline, which is skipped. */
  line(): Uint8Array;
  /** Throws unless that many bytes are left. */
  need(length: number): void;
};

const NEWLINE = 0x0a;

export const createReader = (bytes: Uint8Array): Reader => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const need = (length: number) => {
    if (length > bytes.length - at)
      throw new InvalidPickleError('it ends in the middle of a value');
  };
  /** Where the next bytes begin; moves past them. */
  const take = (length: number) => {
    need(length);
    at += length;
    return at - length;
  };

  return {
    u8: () => view.getUint8(take(1)),
    u16: () => view.getUint16(take(2), true),
    u32: () => view.getUint32(take(4), true),
    i32: () => view.getInt32(take(4), true),
    u64: () => {
      const from = take(8);
      return view.getUint32(from, true) + view.getUint32(from + 4, true) * 2 ** 32;
    },
    f64: () => view.getFloat64(take(8)),
    view: (length) => {
      const from = take(length);
      return bytes.subarray(from, from + length);
    },
    line: () => {
      const end = bytes.indexOf(NEWLINE, at);
      if (end === -1) throw new InvalidPickleError('it ends in the middle of a line');
      const from = take(end - at + 1);
      return bytes.subarray(from, end);
    },
    need,
  };
};
