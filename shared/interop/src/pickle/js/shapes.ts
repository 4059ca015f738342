import { hasKind } from '../values/python.ts';
import type { DictValue, PickleValue, PyException, PyOpaque } from '../values/value.ts';
import type { InstantOf } from './instant.ts';
import { plainLeaf } from './leaves.ts';

/** How an object becomes a plain one: from its parts, once those are. */
export type Shape = {
  readonly parts: readonly PickleValue[];
  readonly build: (parts: readonly unknown[]) => unknown;
};

export const shapeOf = (value: object & PickleValue, instantOf: InstantOf): Shape => {
  if (Array.isArray(value)) return array(value);
  if (value instanceof Map) return dict(value);
  if (hasKind(value, 'exception')) return exception(value);
  if (hasKind(value, 'opaque')) return opaque(value);
  if (hasKind(value, 'dict')) return dict(value);
  if ('dict' in value) return dict(value.dict);
  if ('items' in value) return array(value.items ?? []);
  return { parts: [], build: () => plainLeaf(value, instantOf) };
};

const array = (items: readonly PickleValue[]): Shape => ({
  parts: items,
  build: (parts) => [...parts],
});

/** Pairs of key and value when a key is no text: an object would take 1 and "1" for the same. */
const dict = (value: DictValue): Shape => {
  if (value instanceof Map) {
    const keys = [...value.keys()];
    return { parts: [...value.values()], build: (parts) => record(keys, parts) };
  }
  return {
    parts: value.entries.flat(1),
    build: (parts) => value.entries.map((_, index) => [parts[index * 2], parts[index * 2 + 1]]),
  };
};

/** Without a prototype and by definition, not assignment: `__proto__` is a key like any other. */
const record = (keys: readonly string[], parts: readonly unknown[]): Record<string, unknown> => {
  const object = Object.create(null) as Record<string, unknown>;
  for (const [index, key] of keys.entries()) {
    Object.defineProperty(object, key, {
      value: parts[index],
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
};

const exception = ({ module, name, args, state }: PyException): Shape => ({
  parts: [args, state],
  build: ([args, state]) => ({ exception: `${module}.${name}`, args, state }),
});

/** Only what there is to show. */
const opaque = ({ module, name, ...made }: PyOpaque): Shape => {
  const { args, kwargs, state, items, entries } = made;
  const fields = Object.entries({
    args,
    kwargs,
    state,
    items: items && [...items],
    entries: entries && entries.map((entry) => [...entry]),
  }).filter((field): field is [string, PickleValue] => field[1] !== undefined);
  return {
    parts: fields.map(([, part]) => part),
    build: (parts) => ({
      python: `${module}.${name}`,
      ...Object.fromEntries(fields.map(([field], index) => [field, parts[index]])),
    }),
  };
};
