import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePickle, encodePickle, toJs, type PickleValue } from '../../src/pickle/index.ts';
import { OP } from '../../src/pickle/opcodes.ts';
import { value } from './arbitrary.ts';
import { assemble } from './assemble.ts';
import { mutant } from './mutant.ts';
import { RUNS, TIMEOUT_MS, VALUE_RUNS } from './runs.ts';
import { fromBase64, vectors } from './vectors.ts';

const REFUSALS = /^(invalid_pickle|forbidden_global|pickle_too_large)$/;
const LIMITS = { maxItems: 100_000 };

/** Reads and gives the value; a refusal is undefined, and anything else that is thrown is a bug. */
const read = (bytes: Uint8Array, unknownGlobals: 'keep' | 'refuse' = 'refuse') => {
  try {
    return { value: decodePickle(bytes, { ...LIMITS, unknownGlobals }) };
  } catch (error) {
    expect(error).toHaveProperty('code', expect.stringMatching(REFUSALS));
    return undefined;
  }
};

/** What was read is as good as any other value: it can be shown, and written and read again as it is. */
const checkValue = (value: PickleValue) => {
  try {
    toJs(value);
  } catch (error) {
    expect(error).toHaveProperty('code', expect.stringMatching(REFUSALS));
  }
  const written = write(value);
  if (written !== undefined) expect(encodePickle(decodePickle(written))).toEqual(written);
};

const write = (value: PickleValue) => {
  try {
    return encodePickle(value);
  } catch (error) {
    expect(error).toHaveProperty('code', 'unencodable_value');
    return undefined;
  }
};

const check = (bytes: Uint8Array) => {
  const found = read(bytes);
  if (found !== undefined) checkValue(found.value);
  const kept = read(bytes, 'keep');
  if (kept !== undefined && found === undefined) checkValue(kept.value);
};

const holds = <Args extends [unknown, ...unknown[]]>(
  property: fc.IProperty<Args>,
  numRuns = RUNS,
) => fc.assert(property, { numRuns });

test('what is written is read as it was', { timeout: TIMEOUT_MS }, () => {
  holds(
    fc.property(value, (value) => {
      expect(decodePickle(encodePickle(value))).toEqual(value);
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
        expect(read(bytes.subarray(0, length))).toBeUndefined();
      }
    }
  }
});
