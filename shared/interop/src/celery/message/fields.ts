import { isPython, type PickleValue } from '../../pickle/index.ts';

type Value = PickleValue | undefined;

export const optionalText = (value: Value): string | null =>
  typeof value === 'string' ? value : null;

export const dictOr = (value: Value): Map<string, PickleValue> =>
  value instanceof Map ? value : new Map<string, PickleValue>();

/** A list or tuple; null for anything else. */
export const listOrNull = (value: Value): PickleValue[] | null => {
  if (Array.isArray(value)) return value;
  return isPython(value, 'tuple') ? [...value.items] : null;
};

/** A number of any Python type; null for anything else. */
export const optionalNumber = (value: Value): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return isPython(value, 'float') ? value.value : null;
};

export const optionalBoolean = (value: Value): boolean | null =>
  typeof value === 'boolean' ? value : null;
