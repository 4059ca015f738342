import { isUtf8 } from 'node:buffer';
import { InvalidPickleError } from './errors/invalid-pickle-error.ts';

const SHORT = 24;

/**
 * Python's `surrogatepass`: UTF-8 in which a lone surrogate is three bytes like any other character of
 * its range. TextDecoder refuses those, and takes a leading U+FEFF for a byte order mark and eats it.
 *
 * @throws {InvalidPickleError} also for two surrogates that make a pair: Python counts them as two
 * characters, a JavaScript string cannot.
 */
export const decodeUtf8 = (bytes: Uint8Array): string =>
  shortAscii(bytes) ?? (isUtf8(bytes) ? asBuffer(bytes).toString('utf8') : decodeByHand(bytes));

/** Most strings of a pickle are short names, for which a call into native code costs more than this. */
const shortAscii = (bytes: Uint8Array): string | undefined => {
  if (bytes.length > SHORT) return undefined;
  let text = '';
  for (const byte of bytes) {
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
};

const decodeByHand = (bytes: Uint8Array): string => {
  const units = new Uint16Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    const [code, length] = characterAt(bytes, at);
    at += length;
    if (code > 0xffff) {
      units[count++] = 0xd800 + ((code - 0x10000) >> 10);
      units[count++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
      continue;
    }
    if (isLow(code) && count > 0 && isHigh(units[count - 1] ?? 0)) {
      throw new InvalidPickleError('a string holds two surrogates side by side');
    }
    units[count++] = code;
  }
  return count <= SHORT
    ? String.fromCharCode(...units.subarray(0, count))
    : Buffer.from(units.buffer, 0, count * 2).toString('utf16le');
};

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** The code point at an index and its length in bytes; refuses what is not its shortest form. */
const characterAt = (bytes: Uint8Array, at: number): [code: number, length: number] => {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [first, 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) throw invalid();
  let code = first & (0x7f >> length);
  for (let index = at + 1; index < at + length; index += 1) {
    const next = bytes[index] ?? 0;
    if ((next & 0xc0) !== 0x80) throw invalid();
    code = (code << 6) | (next & 0x3f);
  }
  if (code < (length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000) || code > 0x10ffff) {
    throw invalid();
  }
  return [code, length];
};

const invalid = () => new InvalidPickleError('a string is not UTF-8');

/** UTF-8 in which a lone surrogate is written as three bytes, as Python's `surrogatepass` does. */
export const encodeUtf8 = (text: string): Uint8Array =>
  text.isWellFormed() ? Buffer.from(text, 'utf8') : encodeByHand(text);

const encodeByHand = (text: string): Uint8Array => {
  const bytes = Buffer.allocUnsafe(text.length * 3);
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (isHigh(code) || isLow(code)) {
      bytes[count++] = 0xe0 | (code >> 12);
      bytes[count++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[count++] = 0x80 | (code & 0x3f);
    } else {
      count += bytes.write(character, count, 'utf8');
    }
  }
  return bytes.subarray(0, count);
};

const asBuffer = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
