import { InvalidPickleError } from './errors/invalid-pickle-error.ts';
import { intValue } from './values/numbers.ts';

/** The value of a two's complement number, little endian; no bytes are 0. */
export const readSigned = (bytes: Uint8Array): number | bigint => {
  const { length } = bytes;
  if (length === 0) return 0;
  const negative = (bytes[length - 1] ?? 0) > 0x7f;
  if (length <= 6) {
    let value = 0;
    for (let index = length - 1; index >= 0; index -= 1) value = value * 256 + (bytes[index] ?? 0);
    return negative ? value - 256 ** length : value;
  }
  // By way of hexadecimal, which takes time in proportion to the length; shifting digits in would not.
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return intValue(negative ? unsigned - (1n << BigInt(length * 8)) : unsigned);
};

/** The shortest two's complement form, little endian; none for 0. */
export const writeSigned = (value: bigint): Uint8Array => {
  if (value === 0n) return new Uint8Array(0);
  // A negative number needs as many bits as the number before its magnitude: −128 fits where 127 does.
  const magnitude = (value < 0n ? -value - 1n : value).toString(16);
  const topBits = 32 - Math.clz32(Number.parseInt(magnitude.slice(0, 1), 16));
  const bits = (magnitude.length - 1) * 4 + topBits;
  const length = Math.floor(bits / 8) + 1;
  const unsigned = value < 0n ? value + (1n << BigInt(length * 8)) : value;
  return Buffer.from(unsigned.toString(16).padStart(length * 2, '0'), 'hex').reverse();
};

// No leading zeros: CPython would take them for octal, and then only sometimes.
const DECIMAL = /^[+-]?(?:0|[1-9][0-9]*)$/;

/**
 * The value of a number in digits.
 *
 * @throws {InvalidPickleError} unless it is a plain decimal number.
 */
export const readDecimal = (text: string): number | bigint => {
  if (!DECIMAL.test(text))
    throw new InvalidPickleError('a number is not written in decimal digits');
  return text.length < 16 ? Number(text) + 0 : intValue(BigInt(text.replace('+', '')));
};
