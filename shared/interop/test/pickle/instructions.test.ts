import { describe, expect, test } from 'vitest';
import { decodePickle, py, type PickleValue } from '../../src/pickle/index.ts';
import { OP } from '../../src/pickle/opcodes.ts';
import { assemble, global, long, text } from './assemble.ts';

const ascii = (line: string) => new Uint8Array(Buffer.from(line, 'latin1'));
const invalid = expect.objectContaining({ code: 'invalid_pickle' });

const dict = (...pairs: readonly (number | Uint8Array)[]) =>
  decodePickle(assemble(OP.EMPTY_DICT, OP.MARK, ...pairs, OP.SETITEMS, OP.STOP));

describe('protocol 0, a line each', () => {
  test.for<{ line: string; value: PickleValue }>([
    { line: 'I42\n', value: 42 },
    { line: 'I-7\n', value: -7 },
    { line: 'I-0\n', value: 0 },
    { line: 'I00\n', value: false },
    { line: 'I01\n', value: true },
    { line: 'L123456789012345678901234567890L\n', value: 123456789012345678901234567890n },
    { line: 'L5\n', value: 5 },
    { line: 'F1.0\n', value: py.float(1) },
    { line: 'F-2.5e-3\n', value: -0.0025 },
    { line: 'F-0.0\n', value: -0 },
    { line: 'Fnan\n', value: Number.NaN },
    { line: 'F-inf\n', value: -Infinity },
    { line: "S'it''s'\n", value: "it''s" },
    { line: 'S"a\\n\\x41\\101\\\\\\q"\n', value: 'a\nAA\\\\q' },
    { line: 'Vh\xe9llo \\u20ac \\U0001f600\n', value: 'héllo € 😀' },
    { line: 'V\\u005cu0041 \\ud800\n', value: '\\u0041 \ud800' },
    { line: 'V\\\\u0041\\\n', value: '\\\\u0041\\' },
    { line: '(I1\nI2\nl', value: [1, 2] },
    { line: '(I1\nI2\nt', value: py.tuple([1, 2]) },
    { line: '(Va\nI1\nd', value: new Map([['a', 1]]) },
  ])('$line', ({ line, value }) => {
    expect(decodePickle(ascii(`${line}.`))).toEqual(value);
  });

  test.for([
    { line: 'I010\n', why: 'CPython would take it for octal' },
    { line: 'I0x10\n', why: 'CPython would take it for hexadecimal' },
    { line: 'I\n', why: 'there are no digits' },
    { line: 'I1 \n', why: 'there is more than digits' },
    { line: 'F1,5\n', why: 'it is no float' },
    { line: 'F0x1p3\n', why: 'it is no float of Python' },
    { line: "S'a\n", why: 'a quote is missing' },
    { line: "S'\xe9'\n", why: 'it is not ASCII' },
    { line: 'V\\u12\n', why: 'the escape is cut short' },
    { line: 'V\\U00110000\n', why: 'it is beyond Unicode' },
    {
      line: 'V\\ud83d\\ude00\n',
      why: 'a JavaScript string cannot tell the pair from one character',
    },
    { line: 'I1', why: 'the line does not end' },
    { line: 'g-1\n', why: 'no memo has such a key' },
  ])('$line is refused: $why', ({ line }) => {
    expect(() => decodePickle(ascii(`${line}.`))).toThrow(invalid);
  });

  test('a list in itself is one object', () => {
    const list = decodePickle(ascii('(lp0\ng0\na.')) as PickleValue[];

    expect(list[0]).toBe(list);
  });
});

describe('what CPython checks and we check too', () => {
  test.for([
    { what: 'a value below the mark', pickle: [OP.NONE, OP.MARK, OP.TUPLE1] },
    { what: 'nothing at the end', pickle: [OP.NONE, OP.MARK] },
    { what: 'a key without a value', pickle: [OP.EMPTY_DICT, OP.MARK, OP.NONE, OP.SETITEMS] },
    { what: 'appending to a tuple', pickle: [OP.EMPTY_TUPLE, OP.NONE, OP.APPEND] },
    { what: 'setting items of a list', pickle: [OP.EMPTY_LIST, OP.NONE, OP.NONE, OP.SETITEM] },
    { what: 'adding to a list', pickle: [OP.EMPTY_LIST, OP.MARK, OP.NONE, OP.ADDITEMS] },
    { what: 'a list in a set', pickle: [OP.EMPTY_SET, OP.MARK, OP.EMPTY_LIST, OP.ADDITEMS] },
    {
      what: 'a list in a tuple in a frozenset',
      pickle: [OP.MARK, OP.EMPTY_LIST, OP.TUPLE1, OP.FROZENSET],
    },
    {
      what: 'arguments that are a list',
      pickle: [global('builtins', 'set'), OP.EMPTY_LIST, OP.REDUCE],
    },
    { what: 'calling a list', pickle: [OP.EMPTY_LIST, OP.EMPTY_TUPLE, OP.REDUCE] },
    { what: 'a global named by numbers', pickle: [OP.NONE, OP.NONE, OP.STACK_GLOBAL] },
    {
      what: 'a UUID without its number',
      pickle: [global('uuid', 'UUID'), OP.EMPTY_TUPLE, OP.NEWOBJ],
    },
    {
      what: 'surrogates that make a pair',
      pickle: [OP.SHORT_BINUNICODE, 6, ascii('\xed\xa0\xbd\xed\xb8\x80')],
    },
    {
      what: 'a character in more bytes than it needs',
      pickle: [OP.SHORT_BINUNICODE, 2, ascii('\xc1\x81')],
    },
    {
      what: 'a day that there is not',
      pickle: [
        global('datetime', 'date'),
        OP.SHORT_BINBYTES,
        4,
        7,
        231,
        2,
        29,
        OP.TUPLE1,
        OP.REDUCE,
      ],
    },
  ])('$what', ({ pickle }) => {
    expect(() => decodePickle(assemble(...pickle, OP.STOP))).toThrow(invalid);
  });

  test('an int over its size is refused before it is read', () => {
    expect(() => decodePickle(assemble(long(new Uint8Array(8193)), OP.STOP))).toThrow(
      /maxIntBytes/,
    );
    expect(decodePickle(assemble(long(new Uint8Array(8192)), OP.STOP))).toBe(0);
  });

  test('a class that may only be named is not called', () => {
    const pickle = assemble(global('builtins', 'int'), text('5'), OP.TUPLE1, OP.REDUCE, OP.STOP);

    expect(() => decodePickle(pickle)).toThrow(/builtins\.int.*not called/);
  });

  test('a name with a space in it is no way around the list', () => {
    const pickle = assemble(global('builtins set', ''), OP.EMPTY_TUPLE, OP.REDUCE, OP.STOP);

    expect(() => decodePickle(pickle)).toThrow(
      expect.objectContaining({ code: 'forbidden_global' }),
    );
  });
});

describe('what Python takes for one key', () => {
  const one = [OP.BININT1, 1];
  const float = assemble(OP.BINFLOAT, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0);

  test('1, 1.0 and True: the first spelling and the last value', () => {
    expect(dict(...one, text('a'), float, text('b'), OP.NEWTRUE, text('c'))).toEqual(
      py.dict([[1, 'c']]),
    );
  });

  test('tuples by value', () => {
    expect(dict(...one, OP.TUPLE1, text('a'), float, OP.TUPLE1, text('b'))).toEqual(
      py.dict([[py.tuple([1]), 'b']]),
    );
  });

  test('a number and its digits are two', () => {
    expect(dict(text('1'), text('a'), ...one, text('b'))).toEqual(
      py.dict([['1', 'a'], [1, 'b']]), // prettier-ignore
    );
  });

  test('NaN is never one with another', () => {
    const nan = assemble(OP.BINFLOAT, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0);

    expect(dict(nan, text('a'), nan, text('b'))).toMatchObject({
      entries: [
        [Number.NaN, 'a'],
        [Number.NaN, 'b'],
      ],
    });
  });
});
