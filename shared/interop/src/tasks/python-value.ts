import { InvalidOptionError } from '@shared/errors';
import { datetimeAt } from '../celery/json/iso-texts.ts';
import { type PickleValue, py, toJs } from '../pickle/index.ts';
import { intValue } from '../pickle/values/numbers.ts';
import { kindOf } from '../pickle/values/python.ts';

/** What a handler is given for a Python value; see {@link toJs}. Most calls are texts, numbers, lists and dicts. */
export const plainValue = (value: PickleValue): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Map) {
    return Object.fromEntries(Array.from(value, ([key, part]) => [key, plainValue(part)] as const));
  }
  return toJs(value);
};

/**
 * What Python is given for a value of ours: `py.tuple(…)` and its like as they are, a bigint as an int, a
 * Date as an aware datetime, undefined as None.
 *
 * @throws {InvalidOptionError} for what is no data.
 */
export const pythonValue = (value: unknown): PickleValue => {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'bigint':
      return intValue(value);
    case 'function':
    case 'symbol':
      throw new InvalidOptionError('value', `a ${typeof value} cannot be sent`, 'Send data.');
    case 'object':
      return value === null ? null : pythonObject(value);
    default:
      return value as boolean | number | string; // What is left.
  }
};

const pythonObject = (value: object): PickleValue => {
  // What carries the mark of a Python type was made by `py`.
  if (kindOf(value) !== undefined) return value as PickleValue;
  if (Array.isArray(value)) return value.map(pythonValue);
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return datetimeAt(value.getTime());
  if (value instanceof Map) return pythonDict([...value]);
  if (value instanceof Set) return py.set([...value].map(pythonValue));
  return pythonDict(Object.entries(value));
};

const pythonDict = (entries: readonly (readonly [unknown, unknown])[]): PickleValue => {
  const values = entries.map(([key, part]) => [pythonValue(key), pythonValue(part)] as const);
  return values.every(
    (entry): entry is readonly [string, PickleValue] => typeof entry[0] === 'string',
  )
    ? new Map(values)
    : py.dict(values);
};
