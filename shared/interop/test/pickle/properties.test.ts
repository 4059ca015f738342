import { isDeepStrictEqual } from 'node:util';
import { PlatformError } from '@shared/errors';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePickle, encodePickle, toJs } from '../../src/pickle/index.ts';
import { OP } from '../../src/pickle/opcodes.ts';
import { value } from './arbitrary.ts';
import { assemble } from './assemble.ts';
import { mutant } from './mutant.ts';
import { RUNS, TIMEOUT_MS, VALUE_RUNS } from './runs.ts';
import { fromBase64, vectors } from './vectors.ts';

const REFUSALS = ['invalid_pickle', 'forbidden_global', 'pickle_too_large'];

/** What `run` gives, or undefined when it refuses with one of these codes; anything else is a bug. */
const orRefused = <Result>(codes: readonly string[], run: () => Result): Result | undefined => {
  try {
    return run();
  } catch (error) {
    // Without `expect`, which takes longer than all the rest.
    if (error instanceof PlatformError && codes.includes(error.code)) return undefined;
    throw error;
  }
};

/** What is read is as good as any other value: it can be shown, and written and read again as it is. */
const check = (bytes: Uint8Array) => {
  const found = orRefused(REFUSALS, () => ({ value: decodePickle(bytes) })) ?? kept(bytes);
  if (found === undefined) return;
  orRefused(REFUSALS, () => toJs(found.value, { maxItems: 10_000 }));
  const written = orRefused(['unencodable_value'], () => encodePickle(found.value));
  if (written === undefined) return;
  const again = encodePickle(decodePickle(written));
  if (!isDeepStrictEqual(again, written)) expect(again).toEqual(written);
};

const kept = (bytes: Uint8Array) =>
  orRefused(REFUSALS, () => ({ value: decodePickle(bytes, { unknownGlobals: 'keep' }) }));

const holds = <Args extends [unknown, ...unknown[]]>(
  property: fc.IProperty<Args>,
  numRuns = RUNS,
) => fc.assert(property, { numRuns });

test('what is written is read as it was', { timeout: TIMEOUT_MS }, () => {
  holds(
    fc.property(value, (value) => {
      const again = decodePickle(encodePickle(value));
      if (!isDeepStrictEqual(again, value)) expect(again).toEqual(value);
    }),
    VALUE_RUNS,
  );
});

test('any bytes are read or refused', { timeout: TIMEOUT_MS }, () => {
  holds(fc.property(fc.uint8Array({ maxLength: 200 }), check));
});

test('any program of the machine is read or refused', { timeout: TIMEOUT_MS }, () => {
  const opcode = fc.constantFrom(...Object.values(OP).filter((opcode) => opcode !== OP.STOP));
  const step = fc.oneof(
    opcode.map((opcode) => [opcode]),
    fc.tuple(fc.constantFrom(OP.BINPUT, OP.BINGET, OP.BININT1), fc.integer({ min: 0, max: 3 })),
    fc.constantFrom(...vectors.writer.map(({ b64 }) => fromBase64(b64).slice(2, -1))),
  );

  holds(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      check(assemble(OP.PROTO, 5, ...steps, OP.STOP));
    }),
  );
});

test('any vector with any change is read or refused', { timeout: TIMEOUT_MS }, () => {
  holds(fc.property(mutant, check));
});

test('no vector is read when its end is missing', () => {
  for (const { pickles } of vectors.cases) {
    for (const b64 of Object.values(pickles)) {
      const bytes = fromBase64(b64);
      const step = Math.ceil(bytes.length / 200);
      for (let length = 0; length < bytes.length; length += step) {
        const shortened = bytes.subarray(0, length);
        expect(orRefused(REFUSALS, () => decodePickle(shortened))).toBeUndefined();
      }
    }
  }
});
