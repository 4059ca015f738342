import { isPython, py, type PickleValue } from '../../src/pickle/index.ts';
import { expression } from './python-expression.ts';

/** The same value with the members of every set in one order: Python's own depends on its hashes. */
export const ordered = (value: PickleValue): PickleValue => rebuilt(value, (leaf) => leaf);

/** Ordered, and without what CPython leaves out before protocol 4: which of two equal readings is meant. */
export const orderedWithoutFold = (value: PickleValue): PickleValue =>
  rebuilt(value, (leaf) =>
    isPython(leaf, 'datetime') || isPython(leaf, 'time') ? { ...leaf, fold: 0 } : leaf,
  );

type Change = (leaf: PickleValue) => PickleValue;

const rebuilt = (value: PickleValue, change: Change): PickleValue => {
  const part = (value: PickleValue) => rebuilt(value, change);
  if (Array.isArray(value)) return value.map(part);
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [key, part(item)]));
  if (isPython(value, 'tuple')) return py.tuple(value.items.map(part));
  if (isPython(value, 'set')) return py.set(sorted(value.items.map(part)));
  if (isPython(value, 'frozenset')) return py.frozenset(sorted(value.items.map(part)));
  if (isPython(value, 'dict')) {
    return py.dict(value.entries.map(([key, item]) => [part(key), part(item)]));
  }
  if (isPython(value, 'deque')) return py.deque(value.items.map(part), value.maxLength);
  if (isPython(value, 'exception')) {
    const { args, state } = value;
    return { ...value, args: py.tuple(args.items.map(part)), state: state && dictOf(part(state)) };
  }
  if (typeof value === 'object' && value !== null && 'dict' in value) {
    return { ...value, dict: dictOf(part(value.dict)) };
  }
  return change(value);
};

/** A dict stays a dict. */
const dictOf = (value: PickleValue) => value as Extract<PickleValue, { dict: unknown }>['dict'];

const sorted = (items: readonly PickleValue[]): PickleValue[] =>
  items
    .map((item) => ({ item, key: expression(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
