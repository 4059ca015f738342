import type { PickleValue } from '../../pickle/index.ts';
import { listOrNull, optionalNumber, optionalText } from '../message/fields.ts';

/** The arguments of a command, by name; those it does not know are ignored. */
export type Arguments = ReadonlyMap<string, PickleValue>;

export const textOf = (given: Arguments, name: string): string | undefined =>
  optionalText(given.get(name)) ?? undefined;

export const numberOf = (given: Arguments, name: string): number | undefined =>
  optionalNumber(given.get(name)) ?? undefined;

/** One text or a list of them. */
export const textsOf = (given: Arguments, name: string): string[] => {
  const value = given.get(name) ?? null;
  const items = listOrNull(value) ?? (value === null ? [] : [value]);
  return items.filter((item) => typeof item === 'string');
};

/** As Python's `bool` of a value from JSON. */
export const isTruthy = (value: PickleValue | undefined): boolean => {
  if (value === undefined || value === null) return false;
  if (value instanceof Map) return value.size > 0;
  return (
    listOrNull(value)?.length !== 0 &&
    optionalNumber(value) !== 0 &&
    value !== '' &&
    value !== false
  );
};
