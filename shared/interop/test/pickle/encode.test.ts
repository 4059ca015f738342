import { describe, expect, test } from 'vitest';
import { decodePickle, encodePickle, py } from '../../src/pickle/index.ts';

const nested = (levels: number) => {
  let value: unknown[] = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
};

const again = (value: unknown) => decodePickle(encodePickle(value));

describe('what JavaScript values become', () => {
  test.for([
    { what: 'undefined', value: undefined, becomes: null },
    { what: 'a hole in an array', value: Array.from({ length: 2 }), becomes: [null, null] },
    {
      what: 'a bigint that a number can hold',
      value: [5n, -(2n ** 53n) + 1n],
      becomes: [5, -(2 ** 53) + 1],
    },
    { what: 'a whole number beyond the safe ones', value: 2 ** 53, becomes: 2 ** 53 },
    { what: 'minus zero', value: -0, becomes: -0 },
    { what: 'a Buffer', value: Buffer.from('abc'), becomes: new Uint8Array([97, 98, 99]) },
    { what: 'a Set', value: new Set([1, 'a']), becomes: py.set([1, 'a']) },
    {
      what: 'a Map with numbers for keys',
      value: new Map([[1, 'a']]),
      becomes: py.dict([[1, 'a']]),
    },
    {
      what: 'a plain object',
      value: { b: 1, a: undefined, 1: 'first, as JavaScript orders it' },
      becomes: new Map<string, unknown>([
        ['1', 'first, as JavaScript orders it'],
        ['b', 1],
        ['a', null],
      ]),
    },
    {
      what: 'an object with a key named __proto__',
      value: JSON.parse('{"__proto__": {"polluted": true}}') as unknown,
      becomes: new Map([['__proto__', new Map([['polluted', true]])]]),
    },
    {
      what: 'a Date',
      value: new Date('2024-01-02T03:04:05.678Z'),
      becomes: py.datetime({
        year: 2024,
        month: 1,
        day: 2,
        hour: 3,
        minute: 4,
        second: 5,
        microsecond: 678_000,
        zone: py.utc,
      }),
    },
    {
      what: 'an exception that means another inside a coroutine',
      value: py.exception('StopIteration', [3]),
      becomes: py.exception('RuntimeError', [3]),
    },
  ])('$what', ({ value, becomes }) => {
    expect(again(value)).toEqual(becomes);
  });

  test('2⁵³ as a number is a float for Python, as a bigint an int', () => {
    expect(Buffer.from(encodePickle(2 ** 53)).toString('hex')).toBe('80044743400000000000002e');
    expect(Buffer.from(encodePickle(2n ** 53n)).toString('hex')).toBe('80048a07000000000000202e');
  });

  test('an object used twice is written once and stays one object', () => {
    const shared = { long: 'x'.repeat(1000) };

    const [first, second] = again([shared, shared]) as unknown[];

    expect(first).toBe(second);
    expect(encodePickle([shared, shared, shared]).length).toBeLessThan(1100);
  });

  test('a long text used often is written once', () => {
    const text = 'x'.repeat(1_000_000);

    expect(encodePickle(Array.from({ length: 300 }, () => text)).length).toBeLessThan(1_010_000);
    expect(again([text, text, 'y', text])).toEqual([text, text, 'y', text]);
  });

  test('more than 256 shared objects are told apart', () => {
    const shared = Array.from({ length: 300 }, (_, index) => [index]);

    expect(again([...shared, ...shared])).toEqual([...shared, ...shared]);
  });
});

describe('what is refused, by the path to it', () => {
  class Point {
    readonly x = 1;
  }
  const itself: unknown[] = [];
  itself.push({ list: itself });

  test.for([
    { what: 'a function', value: { items: [1, { callback: () => 1 }] }, path: 'items[1].callback' },
    { what: 'a symbol', value: Symbol('s'), path: '' },
    { what: 'an object of a class', value: { point: new Point() }, path: 'point' },
    { what: 'an Error', value: [new TypeError('x')], path: '[0]' },
    { what: 'an invalid Date', value: { at: new Date(Number.NaN) }, path: 'at' },
    { what: 'a Date beyond the year 9999', value: [new Date(8.64e15)], path: '[0]' },
    { what: 'a value in itself', value: itself, path: '[0].list' },
    { what: 'another typed array', value: new Float64Array(1), path: '' },
    { what: 'a list as a key', value: [new Map([[[1], 2]])], path: '[0]' },
    { what: 'a list in a set', value: { set: py.set([[1]]) }, path: 'set' },
    { what: 'keys that Python takes for one', value: new Map<unknown, number>([[1, 1], [true, 2]]), path: '' }, // prettier-ignore
    {
      what: 'members that Python takes for one',
      value: py.set([py.tuple([1]), py.tuple([py.float(1)])]),
      path: '',
    },
    {
      what: 'a day that there is not',
      value: py.date({ year: 2023, month: 2, day: 29 }),
      path: '',
    },
    { what: 'an hour that there is not', value: py.time({ hour: 24 }), path: '' },
    { what: 'a fraction of a second that is none', value: py.time({ microsecond: 0.5 }), path: '' },
    { what: 'a text that is no Decimal', value: py.decimal('1,5'), path: '' },
    { what: 'a text that is no UUID', value: py.uuid('1234'), path: '' },
    { what: 'a zone a day away', value: py.timezone(py.timedelta({ days: 1 })), path: '' },
    { what: 'a range of no step', value: py.range(0, 1, 0), path: '' },
    { what: 'a fraction of fractions', value: py.fraction(1.5, 2), path: '' },
    { what: 'a factory that is no class', value: py.defaultDict('eval', new Map()), path: '' },
    { what: 'a deque over its length', value: py.deque([1, 2], 1), path: '' },
    {
      what: 'an exception of a user',
      value: py.exception('Boom', [], { module: 'app' }),
      path: '',
    },
    { what: "ARQ's Retry", value: py.exception('Retry', [], { module: 'arq.worker' }), path: '' },
    {
      what: 'an exception of a module that every object has',
      value: py.exception('name', [], { module: 'constructor' }),
      path: '',
    },
    { what: 'a class by the name of an exception', value: py.exception('eval', ['1']), path: '' },
  ])('$what', ({ value, path }) => {
    expect(() => encodePickle(value)).toThrow(
      expect.objectContaining({ code: 'unencodable_value', path }),
    );
  });

  test('no object that came as JSON passes for a Python value', () => {
    const sent = JSON.parse(
      '{"Symbol(python)": "exception", "module": "os", "name": "system"}',
    ) as unknown;

    expect(again(sent)).toBeInstanceOf(Map);
  });

  test('500 levels are written and read, 501 are not', () => {
    expect(again(nested(500))).toEqual(nested(500));
    expect(() => encodePickle(nested(501))).toThrow(/500 levels/);
    expect(() => decodePickle(encodePickle(nested(501), { maxDepth: 501 }))).toThrow(/maxDepth/);
  });

  test('levels that are only reached by sharing count', () => {
    let deep: unknown[] = [];
    const levels = [deep];
    for (let level = 1; level < 600; level += 1) levels.push((deep = [deep]));

    // Each level is looked at from its own short way first.
    expect(() => encodePickle(levels)).toThrow(/500 levels/);
  });

  test('a pickle over its size', () => {
    expect(() => encodePickle('x'.repeat(100), { maxBytes: 50 })).toThrow(/50 bytes/);
  });
});
