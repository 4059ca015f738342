import { toJs } from '../pickle/js/to-js.ts';
import { kindOf } from '../pickle/values/python.ts';
import type { PickleValue } from '../pickle/values/value.ts';

/**
 * A handler's result as the platform keeps and shows it: values of `py` as plain JavaScript. The very
 * same value if it has none, so that most results cost a look.
 */
export const shownResult = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  // `kindOf` tells that `py` made it.
  if (kindOf(value) !== undefined) return toJs(value as PickleValue);
  if (Array.isArray(value)) {
    const shown = value.map(shownResult);
    return shown.some((item, at) => item !== value[at]) ? shown : value;
  }
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), shownResult(item)]));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, shownResult(item), item] as const,
  );
  const changed = entries.some(([, shown, item]) => shown !== item);
  return changed ? Object.fromEntries(entries) : value;
};
