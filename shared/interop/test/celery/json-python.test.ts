import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parsePythonJson,
  pythonRepr,
  readTags,
  safeRepr,
  writePythonJson,
} from '../../src/celery/index.ts';
import { UnencodableValueError, type PickleValue } from '../../src/pickle/index.ts';
import { bareValue } from '../pickle/arbitrary.ts';
import { ordered } from '../pickle/ordered.ts';
import { expression } from '../pickle/python-expression.ts';
import { askScript, celeryPython } from './celery-python.ts';
import { holds } from './holds.ts';

const RUNS = Number(process.env['CELERY_FUZZ_RUNS'] ?? 2_000);
const LENGTHS = [1024, 60, 20, 7];

type Written = { json: string | { error: string }; repr: string; safe: string[] };

const python = await celeryPython();

describe(
  'missing' in python ? `NOT CHECKED against kombu: ${python.missing}` : 'against kombu',
  { skip: 'missing' in python, timeout: 300_000 },
  () => {
    test('JSON, repr and saferepr are the texts that Python writes', () => {
      const values = fc.sample(bareValue, RUNS).map(ordered);

      const answers = ask<Written>(
        values.map((value) => ({ write: expression(value), lengths: LENGTHS })),
      );

      for (const [index, { json, repr, safe }] of answers.entries()) {
        const value = values[index] ?? null;
        expect(jsonOrRefusal(value)).toEqual(typeof json === 'string' ? json : 'refused');
        if (holds(value, isTextAlike)) expect(pythonRepr(value)).toBe(repr);
        if (holds(value, isTextAlike)) {
          expect(LENGTHS.map((length) => safeRepr(value, length))).toEqual(safe);
        }
      }
    });

    test('what we read is what Python reads', () => {
      const texts = fc.sample(almostJson, RUNS);

      const answers = ask<{ value: string | { error: string } }>(
        texts.map((text) => ({ read: text })),
      );

      for (const [index, { value }] of answers.entries()) {
        const text = texts[index] ?? '';
        expect([text, reprOrRefusal(text)]).toEqual([
          text,
          typeof value === 'string' ? value : 'refused',
        ]);
      }
      expect(answers.filter(({ value }) => typeof value === 'string').length).toBeGreaterThan(50);
    });
  },
);

const ask = <Answer>(questions: readonly unknown[]) => {
  if ('missing' in python) throw new Error(python.missing);
  return askScript<Answer>(python, 'oracle.py', questions);
};

/** Python's Unicode tables are older or newer than Node's; sets have an order of their own there. */
const isTextAlike = (value: PickleValue) =>
  value === null ||
  typeof value === 'boolean' ||
  typeof value === 'bigint' ||
  typeof value === 'number' ||
  Array.isArray(value) ||
  (value instanceof Map && [...value.keys()].every(isPlainText)) ||
  (typeof value === 'string' && isPlainText(value)) ||
  (typeof value === 'object' && 'items' in value && !('maxLength' in value) && !isSet(value)) ||
  (typeof value === 'object' && ('text' in value || 'value' in value));

const isSet = (value: object) =>
  'items' in value && Array.isArray(value.items) && value.items.length > 1;

const isPlainText = (text: string) => /^[\0-\x7f]*$/.test(text);

const jsonOrRefusal = (value: PickleValue) => {
  try {
    return writePythonJson(value);
  } catch (error) {
    if (error instanceof UnencodableValueError) return 'refused';
    throw error;
  }
};

const reprOrRefusal = (text: string) => {
  try {
    return pythonRepr(readTags(parsePythonJson(text)));
  } catch (error) {
    if ((error as { code?: string }).code === 'invalid_python_json') return 'refused';
    throw error;
  }
};

const ascii = fc.string({ unit: fc.constantFrom(...'ab"\\/u0é \n\t'.split('')) });

/** Mostly JSON, with some character put in, taken out or replaced. */
const almostJson = fc
  .tuple(
    fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
    fc.constantFrom(
      '',
      '',
      '',
      '0',
      '.',
      'e5',
      '-',
      ',',
      'NaN',
      'Infinity',
      '"',
      '\\',
      '}',
      '[',
      ' ',
      '\u0001',

      '{"__type__": "uuid", "__value__": 3}',
      '1e999',
      '123456789012345678901',
    ),
    ascii,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([json, piece, text, where, removed]) => {
    if (where > 0.9) return JSON.stringify({ [text]: text }).replace('\\n', '\\u000a');
    const at = Math.floor(json.length * where);
    return piece === '' ? json : json.slice(0, at) + piece + json.slice(at + removed);
  })
  .filter((text) => /^[\0-\x7f]*$/.test(text));
