import { describe, expect, test } from 'vitest';
import { decodePickle, encodePickle, py } from '../../src/pickle/index.ts';
import { OP } from '../../src/pickle/opcodes.ts';
import { assemble, get, global, long, put, repeat, text } from './assemble.ts';

/**
 * Each of these takes minutes, or for ever, when one of its steps costs more than its bytes suggest. Of the
 * processor's time, because tests share it.
 */
const DEADLINE_MS = 5_000;

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const MANY = 100_000;
const LARGE = 1_000_000;
const MAX_BYTES = 6_000_000;

/** A value kept once, then used by `each` many times. */
const reused = (value: Uint8Array, each: readonly (number | Uint8Array)[]) =>
  assemble(value, put(0), OP.POP, repeat(MANY, ...each), OP.NONE, OP.STOP);

const largeText = text('7'.repeat(LARGE));
const largeList = assemble(OP.EMPTY_LIST, OP.MARK, repeat(MANY, OP.NONE), OP.APPENDS);
const largeTuple = assemble(OP.MARK, repeat(MANY, OP.NONE), OP.TUPLE);
const largeDict = assemble(
  OP.EMPTY_DICT,
  OP.MARK,
  Array.from({ length: MANY / 10 }, (_, index) => [text(String(index)), OP.NONE]),
  OP.SETITEMS,
);
const called = (module: string, name: string, ...args: readonly Uint8Array[]) => [
  global(module, name),
  ...args,
  args.length === 1 ? OP.TUPLE1 : OP.TUPLE2,
  OP.REDUCE,
  OP.POP,
];
const asKey = [OP.EMPTY_DICT, get(0), OP.NONE, OP.SETITEM, OP.POP];

/** Each level holds the one before twice. */
const doubling = (first: number, both: number) =>
  assemble(
    OP.EMPTY_DICT,
    first,
    put(0),
    Array.from({ length: 60 }, (_, level) => [
      OP.POP,
      ...(both === OP.FROZENSET ? [OP.MARK] : []),
      get(level),
      get(level),
      both,
      put(level + 1),
    ]),
    OP.NONE,
    OP.SETITEM,
    OP.STOP,
  );

/** Ints that V8 puts into one bucket of a Map: it hashes only the lowest 64 bits, and without a seed. */
const colliding = Array.from({ length: 60_000 }, (_, index) => (BigInt(index + 1) << 64n) + 5n);

describe('what costs its length and no more', () => {
  test.for([
    { what: 'a large text used as a key', pickle: reused(largeText, asKey) },
    {
      what: 'a large int used as a key',
      pickle: reused(long(new Uint8Array(8000).fill(7)), asKey),
    },
    {
      what: 'large bytes used as a key',
      pickle: reused(
        assemble(
          OP.BINBYTES8,
          Uint8Array.of(0x40, 0x42, 0x0f, 0, 0, 0, 0, 0),
          new Uint8Array(LARGE),
        ),
        asKey,
      ),
    },
    {
      what: 'a large list made a set',
      pickle: reused(largeList, called('builtins', 'set', get(0))),
    },
    {
      what: 'a large list made a deque',
      pickle: reused(largeList, called('collections', 'deque', get(0))),
    },
    {
      what: 'a large dict made a Counter',
      pickle: reused(largeDict, called('collections', 'Counter', get(0))),
    },
    {
      what: 'a large text made bytes',
      pickle: reused(largeText, called('_codecs', 'encode', get(0), text('latin1'))),
    },
    {
      what: 'a large text made a bytearray',
      pickle: reused(largeText, called('builtins', 'bytearray', get(0), text('latin-1'))),
    },
    {
      what: 'a large text made a Decimal',
      pickle: reused(largeText, called('decimal', 'Decimal', get(0))),
    },
    {
      what: 'a large text made a Fraction',
      pickle: reused(largeText, called('fractions', 'Fraction', get(0))),
    },
    {
      what: 'many exceptions that share their arguments',
      pickle: assemble(
        largeTuple,
        put(0),
        OP.POP,
        global('builtins', 'ValueError'),
        put(1),
        OP.POP,
        OP.MARK,
        repeat(MANY, get(1), get(0), OP.REDUCE),
        OP.LIST,
        OP.STOP,
      ),
    },
    { what: 'tuples of tuples as a key', pickle: doubling(OP.EMPTY_TUPLE, OP.TUPLE2) },
    { what: 'frozensets of frozensets as a key', pickle: doubling(OP.EMPTY_TUPLE, OP.FROZENSET) },
    {
      what: 'a tuple as deep as it is long as a key',
      pickle: assemble(
        OP.EMPTY_DICT,
        OP.EMPTY_TUPLE,
        repeat(100_000, OP.TUPLE1),
        OP.NONE,
        OP.SETITEM,
        OP.STOP,
      ),
    },
    {
      what: 'lone surrogates',
      pickle: assemble(
        repeat(500_000, OP.SHORT_BINUNICODE, 3, 0xed, 0xa0, 0x80, OP.POP),
        OP.NONE,
        OP.STOP,
      ),
    },
    {
      what: 'escapes of protocol 0',
      pickle: assemble(OP.UNICODE, repeat(600_000, Buffer.from('\\u0041')), 10, OP.STOP),
    },
    {
      what: 'numbers in many digits',
      pickle: assemble(repeat(200, OP.LONG, repeat(19_000, 0x39), 10, OP.POP), OP.NONE, OP.STOP),
    },
    {
      what: 'pushing and dropping',
      pickle: assemble(repeat(2_000_000, OP.EMPTY_LIST, OP.POP), OP.NONE, OP.STOP),
    },
    {
      what: 'values kept in no order',
      pickle: assemble(
        OP.NONE,
        Array.from({ length: MANY }, (_, index) => put((index * 611_953) % 1_000_000)),
        OP.STOP,
      ),
    },
  ])('$what', ({ pickle }) => {
    expect(pickle.length).toBeLessThan(MAX_BYTES);
    const started = cpuMs();

    outcome(pickle);

    expect(cpuMs() - started).toBeLessThan(DEADLINE_MS);
  });

  test('a set of ints that V8 would put into one bucket', () => {
    const started = cpuMs();

    expect(decodePickle(encodePickle(py.set(colliding)))).toEqual(py.set(colliding));
    expect(cpuMs() - started).toBeLessThan(DEADLINE_MS);
  });

  test('a megabyte of ordinary values, well within a second', () => {
    const users = Array.from({ length: 15_000 }, (_, id) => ({
      id,
      name: `user ${id}`,
      score: id / 3,
      tags: ['new', `tag ${id % 7}`],
      active: id % 2 === 0,
    }));
    const pickle = encodePickle(users);
    expect(pickle.length).toBeGreaterThan(900_000);

    const started = cpuMs();
    const value = decodePickle(pickle);
    const read = cpuMs();
    encodePickle(value);

    const written = cpuMs();
    expect(read - started).toBeLessThan(1_000);
    expect(written - read).toBeLessThan(1_000);
  });
});

/** A value or a refusal; anything else is a bug. */
const outcome = (pickle: Uint8Array): void => {
  try {
    decodePickle(pickle, { maxBytes: MAX_BYTES });
  } catch (error) {
    expect(error).toHaveProperty(
      'code',
      expect.stringMatching(/^(invalid_pickle|pickle_too_large)$/),
    );
  }
};
