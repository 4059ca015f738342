import { writeSigned } from '../integers.ts';
import { OP } from '../opcodes.ts';
import { encodeUtf8 } from '../utf8.ts';
import { isIntNumber } from '../values/numbers.ts';
import type { Output } from './output.ts';

/** JavaScript's own simple values, each of which Python has. */
export type Scalar = null | undefined | boolean | number | bigint | string;

export const isScalar = (value: unknown): value is Scalar =>
  value === null ||
  value === undefined ||
  typeof value === 'boolean' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  typeof value === 'string';

export const writeScalar = (out: Output, value: Scalar): void => {
  if (value === null || value === undefined) out.bytes(OP.NONE);
  else if (typeof value === 'boolean') out.bytes(value ? OP.NEWTRUE : OP.NEWFALSE);
  else if (typeof value === 'string') writeText(out, value);
  else if (typeof value === 'bigint') writeLong(out, value);
  else if (isIntNumber(value)) writeInt(out, value);
  else writeFloat(out, value);
};

export const writeInt = (out: Output, value: number): void => {
  if (value >= 0 && value <= 0xff) out.bytes(OP.BININT1, value);
  else if (value >= 0 && value <= 0xffff) {
    out.bytes(OP.BININT2);
    out.u16(value);
  } else if (value >= -(2 ** 31) && value < 2 ** 31) {
    out.bytes(OP.BININT);
    out.i32(value);
  } else writeLong(out, BigInt(value));
};

const writeLong = (out: Output, value: bigint) => {
  if (value >= -(2n ** 31n) && value < 2n ** 31n) {
    writeInt(out, Number(value));
    return;
  }
  const bytes = writeSigned(value);
  if (bytes.length <= 0xff) out.bytes(OP.LONG1, bytes.length);
  else {
    out.bytes(OP.LONG4);
    out.u32(bytes.length);
  }
  out.raw(bytes);
};

export const writeFloat = (out: Output, value: number): void => {
  out.bytes(OP.BINFLOAT);
  out.f64(value);
};

const writeText = (out: Output, text: string) => {
  const bytes = encodeUtf8(text);
  if (bytes.length <= 0xff) out.bytes(OP.SHORT_BINUNICODE, bytes.length);
  else {
    out.bytes(OP.BINUNICODE);
    out.u32(bytes.length);
  }
  out.raw(bytes);
};

export const writeBytes = (out: Output, bytes: Uint8Array): void => {
  if (bytes.length <= 0xff) out.bytes(OP.SHORT_BINBYTES, bytes.length);
  else {
    out.bytes(OP.BINBYTES);
    out.u32(bytes.length);
  }
  out.raw(bytes);
};

/** Puts a class or function on the stack. Only the plans name any. */
export const writeGlobal = (out: Output, module: string, name: string): void => {
  writeText(out, module);
  writeText(out, name);
  out.bytes(OP.STACK_GLOBAL);
};
