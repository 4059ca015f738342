import { UnencodableValueError } from '../errors/unencodable-value-error.ts';

/** Bytes written one after the other into a buffer that grows. */
export type Output = {
  /** Opcodes and other single bytes. */
  bytes(...values: number[]): void;
  u16(value: number): void;
  u32(value: number): void;
  i32(value: number): void;
  /** Big endian, unlike everything else in a pickle. */
  f64(value: number): void;
  raw(bytes: Uint8Array): void;
  /** What was written. */
  finish(): Uint8Array;
};

const START = 256;

/** @throws {UnencodableValueError} once more than `maxBytes` are written. */
export const createOutput = (maxBytes: number): Output => {
  let buffer = new Uint8Array(START);
  let view = new DataView(buffer.buffer);
  let length = 0;

  /** Where the next bytes go; makes room for them. */
  const claim = (count: number): number => {
    const end = length + count;
    if (end > maxBytes) throw new UnencodableValueError('', `it takes more than ${maxBytes} bytes`);
    if (end > buffer.length) {
      const larger = new Uint8Array(Math.max(end, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    const from = length;
    length = end;
    return from;
  };

  return {
    bytes: (...values) => {
      const from = claim(values.length);
      for (const [index, value] of values.entries()) buffer[from + index] = value;
    },
    // `claim` first: it may replace the view.
    u16: (value) => {
      const from = claim(2);
      view.setUint16(from, value, true);
    },
    u32: (value) => {
      const from = claim(4);
      view.setUint32(from, value, true);
    },
    i32: (value) => {
      const from = claim(4);
      view.setInt32(from, value, true);
    },
    f64: (value) => {
      const from = claim(8);
      view.setFloat64(from, value);
    },
    raw: (bytes) => {
      const from = claim(bytes.length);
      buffer.set(bytes, from);
    },
    finish: () => buffer.slice(0, length),
  };
};
