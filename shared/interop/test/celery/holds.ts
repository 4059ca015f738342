import type { PickleValue } from '../../src/pickle/index.ts';

/** Whether a value and all its parts are of the kind. */
export const holds = (value: PickleValue, isKind: (value: PickleValue) => boolean): boolean => {
  if (!isKind(value)) return false;
  if (Array.isArray(value)) return value.every((part) => holds(part, isKind));
  if (value instanceof Map) return [...value.values()].every((part) => holds(part, isKind));
  if (typeof value === 'object' && value !== null && 'items' in value) {
    return (value.items ?? []).every((part) => holds(part, isKind));
  }
  return true;
};
