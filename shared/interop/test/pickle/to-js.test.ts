import { describe, expect, test } from 'vitest';
import { PickleLimitError, py, toJs, type PickleValue } from '../../src/pickle/index.ts';

const noon = { year: 2024, month: 7, day: 1, hour: 12 };

describe('what a handler sees', () => {
  test.for<{ what: string; value: PickleValue; sees: unknown }>([
    { what: 'a float', value: py.float(1), sees: 1 },
    { what: 'a tuple in a list', value: [py.tuple([1, py.tuple([])])], sees: [[1, []]] },
    { what: 'a set', value: py.set([1, 2]), sees: [1, 2] },
    { what: 'a frozenset', value: py.frozenset(['a']), sees: ['a'] },
    { what: 'a deque', value: py.deque([1], 5), sees: [1] },
    { what: 'a big int', value: 2n ** 64n, sees: 2n ** 64n },
    { what: 'a dict', value: new Map([['a', py.float(2)]]), sees: { a: 2 } },
    { what: 'a dict with other keys', value: py.dict([[1, 'a'], ['1', 'b']]), sees: [[1, 'a'], ['1', 'b']] }, // prettier-ignore
    { what: 'an OrderedDict', value: py.orderedDict(new Map([['a', 1]])), sees: { a: 1 } },
    { what: 'a Counter', value: py.counter(py.dict([[1, 2]])), sees: [[1, 2]] },
    { what: 'a bytearray', value: py.bytearray(Uint8Array.of(1)), sees: Uint8Array.of(1) },
    { what: 'a Decimal', value: py.decimal('1.10'), sees: '1.10' },
    { what: 'a Fraction', value: py.fraction(1, 3), sees: '1/3' },
    {
      what: 'a UUID',
      value: py.uuid('12345678-1234-5678-1234-567812345678'),
      sees: '12345678-1234-5678-1234-567812345678',
    },
    { what: 'a complex', value: py.complex(1, -2), sees: { real: 1, imag: -2 } },
    { what: 'a range', value: py.range(1, 9, 2), sees: { start: 1, stop: 9, step: 2 } },
    {
      what: 'a timedelta',
      value: py.timedelta({ days: -1, microseconds: 500_000 }),
      sees: -86_399.5,
    },
    { what: 'a date', value: py.date({ year: 24, month: 2, day: 29 }), sees: '0024-02-29' },
    { what: 'a time', value: py.time({ hour: 1, microsecond: 4 }), sees: '01:00:00.000004' },
    {
      what: 'a time with an offset',
      value: py.time({ hour: 1, zone: py.timezone(py.timedelta({ seconds: -1800 })) }),
      sees: '01:00:00[-00:30]',
    },
    { what: 'a naive datetime', value: py.datetime(noon), sees: '2024-07-01T12:00:00' },
    {
      what: 'an exception',
      value: py.exception('ValueError', ['boom']),
      sees: { exception: 'builtins.ValueError', args: ['boom'], state: null },
    },
  ])('of $what', ({ value, sees }) => {
    expect(toJs(value)).toEqual(sees);
  });

  test.for([
    { zone: py.utc, sees: '2024-07-01T12:00:00.000Z' },
    { zone: py.pytzUtc, sees: '2024-07-01T12:00:00.000Z' },
    { zone: py.dateutilUtc, sees: '2024-07-01T12:00:00.000Z' },
    { zone: py.timezone(py.timedelta({ seconds: 19_800 })), sees: '2024-07-01T06:30:00.000Z' },
    {
      zone: py.timezone(py.timedelta({ days: -1, seconds: 57_600 }), 'PST'),
      sees: '2024-07-01T20:00:00.000Z',
    },
    { zone: py.zoneinfo('Europe/Berlin'), sees: '2024-07-01T10:00:00.000Z' },
    { zone: py.pytzZone('Asia/Kolkata'), sees: '2024-07-01T06:30:00.000Z' },
    {
      zone: py.pytzZone('Europe/Berlin', {
        offsetSeconds: 7200,
        dstSeconds: 3600,
        abbreviation: 'CEST',
      }),
      sees: '2024-07-01T10:00:00.000Z',
    },
  ])('of a datetime with a zone: the instant ($sees)', ({ zone, sees }) => {
    expect(toJs(py.datetime({ ...noon, zone }))).toEqual(new Date(sees));
  });

  test.for([
    {
      when: 'the first time',
      day: { month: 11, day: 3, hour: 1, minute: 30, fold: 0 },
      sees: '2024-11-03T05:30:00.000Z',
    },
    {
      when: 'the second time',
      day: { month: 11, day: 3, hour: 1, minute: 30, fold: 1 },
      sees: '2024-11-03T06:30:00.000Z',
    },
    {
      when: 'before the skipped hour',
      day: { month: 3, day: 10, hour: 2, minute: 30, fold: 0 },
      sees: '2024-03-10T07:30:00.000Z',
    },
    {
      when: 'after the skipped hour',
      day: { month: 3, day: 10, hour: 2, minute: 30, fold: 1 },
      sees: '2024-03-10T06:30:00.000Z',
    },
  ] as const)('of an hour that New York has twice or never: $when', ({ day, sees }) => {
    const value = py.datetime({ year: 2024, ...day, zone: py.zoneinfo('America/New_York') });

    expect(toJs(value)).toEqual(new Date(sees));
  });

  test('of a datetime in a zone that nobody knows: its text', () => {
    expect(toJs(py.datetime({ ...noon, zone: py.zoneinfo('Mars/Base') }))).toBe(
      '2024-07-01T12:00:00[Mars/Base]',
    );
  });

  test('of a dict with a key named __proto__: a key like any other', () => {
    const object = toJs(new Map([['__proto__', new Map([['polluted', true]])]]));

    expect(Object.keys(object as object)).toEqual(['__proto__']);
    expect(object).not.toHaveProperty('polluted');
  });

  test('of a part used twice: one object', () => {
    const part = [1];

    const [first, second] = toJs([part, part]) as unknown[];

    expect(first).toBe(second);
  });
});

describe('what is refused', () => {
  test('a value in itself', () => {
    const itself: PickleValue[] = [];
    itself.push(py.tuple([itself]));

    expect(() => toJs(itself)).toThrow(/contains itself/);
  });

  test('more values than asked for', () => {
    expect(() => toJs([1, 2, 3], { maxItems: 3 })).toThrow(PickleLimitError);
    expect(toJs([1, 2, 3], { maxItems: 4 })).toEqual([1, 2, 3]);
  });
});
