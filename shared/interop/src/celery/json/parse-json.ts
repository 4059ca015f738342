import type { PickleValue } from '../../pickle/index.ts';
import { floatValue, intValue } from '../../pickle/values/numbers.ts';
import { InvalidPythonJsonError } from '../errors/invalid-json-error.ts';

export type ParseLimits = {
  /** Lists and dicts inside each other. Default 500, about half of what CPython reads. */
  maxDepth?: number;
};

/** CPython 3.11 and later convert no more digits than this to an int; nor need we. */
const MAX_INT_DIGITS = 4300;

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[ !#-[\]-\uffff]*/y;
const HEX = /[0-9a-fA-F]{4}/y;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const WORDS: readonly (readonly [word: string, value: PickleValue])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

/**
 * Reads JSON as Python's `json.loads` does: bare `NaN` and `Infinity`, integers of any size exactly, 1
 * and 1.0 apart, lone surrogates, the last of equal keys. A dict becomes a Map.
 *
 * @throws {InvalidPythonJsonError} saying where.
 */
export const parsePythonJson = (
  text: string,
  { maxDepth = 500 }: ParseLimits = {},
): PickleValue => {
  let at = 0;

  const fail = (why: string, offset = at): never => {
    throw new InvalidPythonJsonError(why, offset);
  };
  const skipSpace = () => {
    let code = text.charCodeAt(at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      at += 1;
      code = text.charCodeAt(at);
    }
  };
  const escape = (): string => {
    const letter = text[at + 1] ?? '';
    if (letter !== 'u') {
      at += 2;
      return ESCAPES[letter] ?? fail('there is no such escape', at - 2);
    }
    HEX.lastIndex = at + 2;
    if (!HEX.test(text)) return fail('\\u needs four hexadecimal digits');
    const code = Number.parseInt(text.slice(at + 2, at + 6), 16);
    at += 6;
    return String.fromCharCode(code);
  };
  const string = (): string => {
    at += 1;
    let value = '';
    for (;;) {
      PLAIN.lastIndex = at;
      PLAIN.test(text);
      const end = PLAIN.lastIndex;
      const piece = text.slice(at, end);
      at = end;
      const next = text.charCodeAt(end);
      if (next === 0x22) {
        at += 1;
        return value === '' ? piece : value + piece;
      }
      if (next !== 0x5c) return fail('a text has no end, or a control character');
      value += piece + escape();
    }
  };
  const number = (): PickleValue => {
    NUMBER.lastIndex = at;
    const found = NUMBER.exec(text);
    if (found === null) return fail('a value is missing');
    at = NUMBER.lastIndex;
    const [digits, fraction, exponent] = found;
    if (fraction !== undefined || exponent !== undefined) return floatValue(Number(digits));
    if (digits.length < 16) return Number(digits) + 0;
    if (digits.length > MAX_INT_DIGITS) return fail('an int has more than 4300 digits');
    return intValue(BigInt(digits));
  };
  const word = (): PickleValue => {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) return number();
    for (const [name, value] of WORDS) {
      if (text.startsWith(name, at)) {
        at += name.length;
        return value;
      }
    }
    return number();
  };
  const list = (depth: number): PickleValue[] => {
    const items: PickleValue[] = [];
    at += 1;
    skipSpace();
    if (text[at] === ']') {
      at += 1;
      return items;
    }
    for (;;) {
      items.push(value(depth));
      const next = text[at];
      at += 1;
      if (next === ']') return items;
      if (next !== ',') fail("a list goes on with ',' or ends with ']'", at - 1);
    }
  };
  const dict = (depth: number): Map<string, PickleValue> => {
    const entries = new Map<string, PickleValue>();
    at += 1;
    skipSpace();
    if (text[at] === '}') {
      at += 1;
      return entries;
    }
    for (;;) {
      skipSpace();
      if (text[at] !== '"') fail('a key is a text in double quotes');
      const key = string();
      skipSpace();
      if (text[at] !== ':') fail("a key is followed by ':'");
      at += 1;
      entries.set(key, value(depth));
      const next = text[at];
      at += 1;
      if (next === '}') return entries;
      if (next !== ',') fail("a dict goes on with ',' or ends with '}'", at - 1);
    }
  };
  const bare = (depth: number): PickleValue => {
    const first = text[at];
    if (first === '"') return string();
    if (first !== '[' && first !== '{') return word();
    if (depth >= maxDepth) return fail(`lists and dicts go deeper than ${maxDepth}`);
    return first === '[' ? list(depth + 1) : dict(depth + 1);
  };
  const value = (depth: number): PickleValue => {
    skipSpace();
    const found = bare(depth);
    skipSpace();
    return found;
  };

  const found = value(0);
  return at === text.length ? found : fail('more follows after the value');
};
