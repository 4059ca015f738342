import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePickle, encodePickle, py, toJs } from '../../src/pickle/index.ts';
import { bareValue } from './arbitrary.ts';
import { mutant } from './mutant.ts';
import { ordered, orderedWithoutFold } from './ordered.ts';
import { expression } from './python-expression.ts';
import { askPython, pythonVersion, type Answer } from './python.ts';
import { PYTHON_RUNS, RUNS, TIMEOUT_MS } from './runs.ts';

const BATCH = 2_000;

/** In batches, so that neither side holds more than one. */
const inBatches = (runs: number, check: (count: number) => void) => {
  for (let left = runs; left > 0; left -= BATCH) check(Math.min(left, BATCH));
};

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe(
  pythonVersion === undefined
    ? 'NOT CHECKED against CPython: this machine has no python3 with time zones'
    : `against ${pythonVersion}`,
  { skip: pythonVersion === undefined, timeout: TIMEOUT_MS },
  () => {
    test('it loads what we write as the value that we meant', () => {
      inBatches(PYTHON_RUNS, (count) => {
        const values = fc.sample(bareValue, count);

        const answers = askPython(
          values.map((value) => ({ loads: base64(encodePickle(value)), means: expression(value) })),
        );

        expect(answers.filter(({ same }) => same !== true)).toEqual([]);
        expect(answers).toHaveLength(count);
      });
    });

    test('we read what it writes at protocols 0 to 5', () => {
      inBatches(PYTHON_RUNS, (count) => {
        const values = fc.sample(bareValue, count);

        const answers = askPython(values.map((value) => ({ dumps: expression(value) })));

        for (const [index, { pickles = [] }] of answers.entries()) {
          expect(pickles).toHaveLength(6);
          for (const [protocol, pickle] of pickles.entries()) {
            const comparable = protocol < 4 ? orderedWithoutFold : ordered;
            expect(comparable(decodePickle(Buffer.from(pickle, 'base64')))).toEqual(
              comparable(values[index] ?? null),
            );
          }
        }
      });
    });

    test('a changed pickle that both read is the same value to both', () => {
      inBatches(RUNS, (count) => {
        const accepted = fc.sample(mutant, count).flatMap((pickle) => readable(pickle));

        const answers = askPython(
          accepted.map(({ pickle, means }) => ({ loads: base64(pickle), means })),
        );

        // CPython calls constructors that we do not: what it refuses then, we may show as data.
        expect(answers.filter(({ same, error }) => same !== true && error === undefined)).toEqual(
          [],
        );
        expect(answers.filter(({ same }) => same).length).toBeGreaterThan(count / 100);
      });
    });

    test('exceptions of every class that we write are raised there', () => {
      const names = [
        'AttributeError',
        'ConnectionError',
        'FileNotFoundError',
        'OSError',
        'UnicodeError',
      ];
      const values = names.map((name) => py.exception(name, ['boom']));

      const answers = askPython(
        values.map((value) => ({ loads: base64(encodePickle(value)), means: expression(value) })),
      );

      expect(answers).toEqual(names.map((): Answer => ({ same: true })));
    });
  },
);

/** The pickle and what we took it for, unless we refuse it, or it cannot be said in Python in a few lines. */
const readable = (pickle: Uint8Array) => {
  try {
    const value = decodePickle(pickle);
    toJs(value, { maxItems: 10_000 });
    return [{ pickle, means: expression(ordered(value)) }];
  } catch {
    return [];
  }
};
