import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePythonJson, readTags, safeRepr, writePythonJson } from '../../src/celery/index.ts';
import { py, type PickleValue } from '../../src/pickle/index.ts';
import { floatValue, intValue } from '../../src/pickle/values/numbers.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'a\udfff', '__proto__', '\u007f', 'é"\\'),
);

const jsonValue = fc.letrec<{ value: PickleValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }).map(intValue),
    fc.integer().map(floatValue),
    fc.double().map(floatValue),
    text,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
})).value;

test('every JSON value is read back as it was written, in ASCII', () => {
  fc.assert(
    fc.property(jsonValue, (value) => {
      const written = writePythonJson(value);

      expect(/^[\x20-\x7f]*$/.test(written)).toBe(true);
      expect(parsePythonJson(written)).toEqual(value);
      expect(writePythonJson(parsePythonJson(written))).toBe(written);
    }),
    { numRuns: 2_000 },
  );
});

test.for([
  ['1', 1],
  ['1.0', py.float(1)],
  ['-0', 0],
  ['-0.0', -0],
  ['9007199254740993', 9007199254740993n],
  ['NaN', Number.NaN],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['"\\ud83d"', '\ud83d'],
  ['{"a": 1, "a": 2}', new Map([['a', 2]])],
])('%s keeps its Python meaning', ([json, meaning]) => {
  expect(parsePythonJson(json as string)).toEqual(meaning);
});

describe('refused, naming the place', () => {
  test.for([
    ['', 0],
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['01', 1],
    ['1 2', 2],
    ["{'a': 1}", 1],
    ['"\\x41"', 1],
    ['"a\nb"', 2],
    ['[' + '9'.repeat(4301) + ']', 4302],
    ['['.repeat(501) + ']'.repeat(501), 500],
    ['nul', 0],
  ] as const)('%s', ([json, offset]) => {
    expect(() => parsePythonJson(json)).toThrow(
      expect.objectContaining({ code: 'invalid_python_json', offset }),
    );
  });

  test('a tag that kombu does not know', () => {
    expect(() => readTags(parsePythonJson('{"__type__": "set", "__value__": []}'))).toThrow(
      expect.objectContaining({ code: 'invalid_python_json' }),
    );
  });
});

test.for([
  { name: 'datetime', value: py.datetime({ year: 2024, month: 2, day: 29, zone: py.utc }) },
  { name: 'naive datetime', value: py.datetime({ year: 2024, month: 2, day: 29, microsecond: 5 }) },
  { name: 'date', value: py.date({ year: 2024, month: 2, day: 29 }) },
  { name: 'time', value: py.time({ hour: 1, minute: 2, second: 3 }) },
  { name: 'Decimal', value: py.decimal('1.10') },
  { name: 'UUID', value: py.uuid('00112233-4455-6677-8899-aabbccddeeff') },
  { name: 'bytes that are text', value: new Uint8Array(Buffer.from('ä')) },
  { name: 'other bytes', value: new Uint8Array([0xff, 0]) },
])('a $name survives kombu 5.3 tags', ({ value }) => {
  expect(readTags(parsePythonJson(writePythonJson([value])))).toEqual([value]);
});

const plain = (value: unknown) => writePythonJson(value, { types: 'plain' });

test('kombu 5.2 gets plain text instead, and no bytes', () => {
  expect(plain(new Date('2024-02-29T01:02:03.004Z'))).toBe('"2024-02-29T01:02:03.004000Z"');
  expect(plain(py.date({ year: 2024, month: 2, day: 29 }))).toBe('"2024-02-29T00:00:00"');
  expect(plain(py.decimal('1.10'))).toBe('"1.10"');
  expect(() => plain({ a: [new Uint8Array(1)] })).toThrow(
    expect.objectContaining({ code: 'unencodable_value', path: 'a[0]' }),
  );
});

test('a value that contains itself is refused', () => {
  const loop: unknown[] = [];
  loop.push(loop);

  expect(() => writePythonJson(loop)).toThrow(
    expect.objectContaining({ code: 'unencodable_value' }),
  );
});

test('a long value is cut as Celery cuts it', () => {
  expect(safeRepr([1, 'a'.repeat(2000)])).toBe(`[1, '${'a'.repeat(1020)}...', ...`);
});
