import { InvalidOptionError } from '@shared/errors';
import type { Codec } from '../task.ts';

/**
 * What a Python program can send and JSON cannot hold, as it is stored: an object with one key.
 *
 * | value | stored as |
 * | --- | --- |
 * | bigint | `{ "$int": "9007199254740993" }` |
 * | Uint8Array | `{ "$bytes": "<base64>" }` |
 * | Date | `{ "$date": "<ISO 8601>" }` |
 * | NaN, Infinity, -Infinity, -0 | `{ "$float": "nan" }`, `inf`, `-inf`, `-0.0` |
 * | an object whose only key begins with `$` | `{ "$object": { … } }` |
 *
 * Everything else is stored as JSON has it; `undefined` as null.
 */
export const storedValues: Codec = {
  store: (value) => store(value),
  load: (stored) => load(stored),
};

const FLOATS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  '-0.0': -0,
};

const store = (value: unknown): unknown => {
  switch (typeof value) {
    case 'bigint':
      return { $int: String(value) };
    case 'number':
      return storeNumber(value);
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : storeObject(value);
    case 'function':
    case 'symbol':
      throw new InvalidOptionError('value', `a ${typeof value} cannot be stored`, 'Send data.');
    default:
      return value;
  }
};

const storeNumber = (value: number): unknown => {
  const name = Object.keys(FLOATS).find((key) => Object.is(FLOATS[key], value));
  return name === undefined ? value : { $float: name };
};

const storeObject = (value: object): unknown => {
  if (Array.isArray(value)) return value.map(store);
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return { $date: value.toISOString() };
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const stored = fromEntries(entries.map(([key, item]) => [String(key), store(item)]));
  return isTagged(stored) ? { $object: stored } : stored;
};

const load = (stored: unknown): unknown => {
  if (typeof stored !== 'object' || stored === null) return stored;
  if (Array.isArray(stored)) return stored.map(load);
  return isTagged(stored) ? loadTagged(stored) : loadFields(stored);
};

const loadTagged = (stored: object): unknown => {
  const [[tag, value] = ['', undefined]] = Object.entries(stored);
  if (tag === '$object' && typeof value === 'object' && value !== null) return loadFields(value);
  if (typeof value !== 'string') return loadFields(stored);
  switch (tag) {
    case '$int':
      return BigInt(value);
    case '$bytes':
      return new Uint8Array(Buffer.from(value, 'base64'));
    case '$date':
      return new Date(value);
    case '$float':
      return FLOATS[value] ?? Number.NaN;
    default:
      return loadFields(stored);
  }
};

const loadFields = (stored: object) =>
  fromEntries(Object.entries(stored).map(([key, value]) => [key, load(value)]));

const isTagged = (value: object): boolean => {
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] ?? '').startsWith('$');
};

/** By definition, not assignment: `__proto__` is a key like any other. */
const fromEntries = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries(entries);
