import { storedValues } from '@shared/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

/** What survives a trip through the engine: all that a Python program can send. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.uint8Array(),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('$int', '$object', '__proto__')),
      tie('any'),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
})).any;

test('every value comes back from JSON as it was', () => {
  fc.assert(
    fc.property(value, (before) => {
      const text = JSON.stringify(storedValues.store(before));

      expect(storedValues.load(JSON.parse(text))).toStrictEqual(before);
    }),
    { numRuns: 2_000 },
  );
});

test('a Map is stored as an object, and undefined as null', () => {
  expect(storedValues.store(new Map([['a', undefined]]))).toEqual({ a: null });
});

test('what is no data is refused', () => {
  expect(() => storedValues.store({ f: () => 1 })).toThrow(/a function cannot be stored/);
});
