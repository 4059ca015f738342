import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';

const PAIR = /\\u[dD][89abAB]..\\u[dD][c-fC-F]/;

/**
 * A str as protocol 0 writes it, Python's `raw-unicode-escape`: Latin-1 with `\uXXXX` and `\UXXXXXXXX`.
 *
 * @throws {InvalidPickleError} for an escape that is cut short or beyond Unicode, and for two surrogates
 * that make a pair: Python counts them as two characters, a JavaScript string cannot.
 */
export const decodeRawUnicode = (line: Uint8Array): string => {
  const text = Buffer.from(line).toString('latin1');
  if (!text.includes('\\')) return text;
  if (PAIR.test(text)) throw new InvalidPickleError('a string holds two surrogates side by side');
  return text.replaceAll(UNICODE_ESCAPE, (escape: string, short?: string, long?: string) => {
    const digits = short ?? long;
    if (digits !== undefined) return characterOf(digits);
    if (escape === '\\u' || escape === '\\U') throw brokenEscape();
    return escape;
  });
};

const UNICODE_ESCAPE = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|[^])/g;

const characterOf = (digits: string): string => {
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) throw brokenEscape();
  return String.fromCodePoint(code);
};

const brokenEscape = () => new InvalidPickleError('a string holds a broken escape');

const ESCAPED: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * A quoted str of Python 2 at protocol 0, of which Python 3 accepts ASCII only.
 *
 * @throws {InvalidPickleError} without its quotes, or with a character beyond ASCII.
 */
export const decodeQuoted = (line: Uint8Array): string => {
  const literal = Buffer.from(line).toString('latin1');
  const inner = /^(['"])(.*)\1$/s.exec(literal)?.[2];
  if (inner === undefined) throw new InvalidPickleError('a string lacks its quotes');
  return ascii(inner.replaceAll(/\\(x([\da-fA-F]{2})|[0-7]{1,3}|[^])/g, unescape));
};

const unescape = (escape: string, body: string, hex: string | undefined): string => {
  if (hex !== undefined) return characterOf(hex);
  if (body === 'x') throw brokenEscape();
  if (/^[0-7]/.test(body)) return String.fromCharCode(Number.parseInt(body, 8) & 0xff);
  return ESCAPED[body] ?? escape;
};

/** @throws {InvalidPickleError} for a byte beyond ASCII, as CPython does by default. */
export const ascii = (text: string): string => {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) {
      throw new InvalidPickleError('a str of Python 2 holds more than ASCII');
    }
  }
  return text;
};
