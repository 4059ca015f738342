import { isPython } from './values/py.ts';
import { kindOf } from './values/python.ts';
import type { PyFrozenset, PyTuple } from './values/value.ts';

/**
 * Numbers values so that two have the same number when Python takes them for one key: 1, 1.0 and True,
 * texts, bytes and tuples by value. Values of different classes that Python finds equal all the same
 * (Decimal 1 and 1) keep two numbers; CPython itself never writes both into one dict.
 */
export type Identity = {
  /** Undefined for a value that Python cannot use as a key, such as a list. */
  of(value: unknown): number | undefined;
};

/**
 * Keys are compared by text, never put into a Map as numbers: V8 hashes numbers without a seed, so 65 000
 * chosen ones meet in one bucket and keep the process busy for half a minute. `charge` is told how many
 * characters each comparison had to write.
 */
export const createIdentity = (charge: (characters: number) => void): Identity => {
  const texts = new Map<string, number>();
  const others = new Map<string, number>();
  const known = new Map<object, number>();
  let next = 0;

  const numberOf = (table: Map<string, number>, key: string): number => {
    const found = table.get(key);
    if (found !== undefined) return found;
    table.set(key, next);
    return next++;
  };
  const charged = (key: string): number => {
    charge(key.length);
    return numberOf(others, key);
  };

  const ofScalar = (value: unknown): number | undefined => {
    if (typeof value === 'string') return numberOf(texts, value);
    // Python's NaN is equal to nothing, itself included.
    if (Number.isNaN(value)) return next++;
    const key = scalarKey(value);
    return key === undefined ? undefined : charged(key);
  };

  const ofObject = (value: object): number | undefined => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const id = isComparedByObject(value) ? next++ : ofLeaf(value);
    if (id !== undefined) known.set(value, id);
    return id;
  };
  const ofLeaf = (value: object) => {
    const key = leafKey(value);
    return key === undefined ? undefined : charged(key);
  };

  /** Tuples inside tuples, without recursion: they may be nested as deep as the input is long. */
  const ofNested = (root: Nested): number | undefined => {
    const open: { value: Nested; ids: number[] }[] = [{ value: root, ids: [] }];
    for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
      const { value, ids } = frame;
      if (ids.length === value.items.length) {
        known.set(value, charged(nestedKey(value, ids)));
        open.pop();
        continue;
      }
      const item: unknown = value.items[ids.length];
      const id = ofFlat(item);
      if (id !== undefined) ids.push(id);
      else if (isNested(item)) open.push({ value: item, ids: [] });
      else return undefined;
    }
    return known.get(root);
  };

  const ofFlat = (value: unknown): number | undefined => {
    if (typeof value !== 'object' || value === null) return ofScalar(value);
    return isPython(value, 'float') ? ofScalar(value.value) : ofObject(value);
  };

  return {
    of: (value) => ofFlat(value) ?? (isNested(value) ? ofNested(value) : undefined),
  };
};

type Nested = PyTuple | PyFrozenset;

const isNested = (value: unknown): value is Nested =>
  isPython(value, 'tuple') || isPython(value, 'frozenset');

const nestedKey = (value: Nested, ids: number[]): string =>
  isPython(value, 'frozenset')
    ? `frozenset ${ids.sort((a, b) => a - b).join()}`
    : `tuple ${ids.join()}`;

/** Python hashes objects of user classes by where they are, unless told otherwise. */
const isComparedByObject = (value: object) =>
  isPython(value, 'opaque') || isPython(value, 'exception');

const scalarKey = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return numberKey(Number(value));
  if (typeof value === 'number') return numberKey(value);
  return typeof value === 'bigint' ? `int ${value.toString(16)}` : undefined;
};

/** An int and a float of the same value are one key, however large. */
const numberKey = (value: number): string => {
  if (Number.isSafeInteger(value)) return `int ${value.toString(16)}`;
  return Number.isInteger(value) ? `int ${BigInt(value).toString(16)}` : `float ${value}`;
};

const LEAVES = new Set([
  'complex',
  'date',
  'datetime',
  'decimal',
  'fraction',
  'range',
  'time',
  'timedelta',
  'timezone',
  'uuid',
  'zoneinfo',
  'pytz_utc',
  'pytz_zone',
  'dateutil_utc',
]);

const leafKey = (value: object): string | undefined => {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('latin1')}`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  // A UUID whose number has not been read yet has no value to compare.
  if (isPython(value, 'uuid') && value.text === '') return undefined;
  const kind = kindOf(value);
  return kind !== undefined && LEAVES.has(kind) ? `${kind} ${fieldsOf(value)}` : undefined;
};

const fieldsOf = (value: object): string =>
  JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'bigint' ? field.toString(16) : field,
  );
