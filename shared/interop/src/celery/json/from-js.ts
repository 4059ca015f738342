import { isPython, py, UnencodableValueError, type PickleValue } from '../../pickle/index.ts';
import { kindOf } from '../../pickle/values/python.ts';
import { datetimeAt } from './iso-texts.ts';

const MAX_DEPTH = 500;

/**
 * A JavaScript value as the Python value that it means: undefined None, a Date an aware datetime, a plain
 * object a dict, a Set a set; values of `py` themselves.
 *
 * @throws {UnencodableValueError} naming the part that Python has no counterpart for.
 */
export const fromJs = (value: unknown, path = '', depth = 0): PickleValue => {
  const refuse = (why: string): never => {
    throw new UnencodableValueError(path, why);
  };
  if (value === null || value === undefined) return null;
  if (isScalar(value)) return value;
  if (typeof value !== 'object') return refuse(`a ${typeof value} has no Python counterpart`);
  if (depth > MAX_DEPTH) return refuse(`it goes deeper than ${MAX_DEPTH}`);
  const inside = (part: unknown, step: string) => fromJs(part, path + step, depth + 1);
  if (Array.isArray(value)) return value.map((part, index) => inside(part, `[${index}]`));
  if (value instanceof Map || isPlain(value)) return dictFrom(value, inside, refuse);
  if (value instanceof Date)
    return Number.isNaN(value.getTime())
      ? refuse('it is an invalid Date')
      : datetimeAt(value.getTime());
  if (value instanceof Set)
    return py.set([...value].map((part, index) => inside(part, `[${index}]`)));
  if (value instanceof Uint8Array || kindOf(value) !== undefined) return pythonFrom(value, inside);
  return refuse(`an object of the class ${classOf(value)} has no Python counterpart`);
};

const isScalar = (value: unknown): value is boolean | number | bigint | string =>
  typeof value === 'boolean' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  typeof value === 'string';

type Inside = (part: unknown, step: string) => PickleValue;

const dictFrom = (value: object, inside: Inside, refuse: (why: string) => never): PickleValue => {
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return new Map(
    entries.map(([key, part]: [unknown, unknown]) => {
      if (typeof key !== 'string') return refuse('a key of a Map is no text');
      return [key, inside(part, `.${key}`)] as const;
    }),
  );
};

const pythonFrom = (value: object, inside: Inside): PickleValue =>
  isPython(value, 'tuple')
    ? py.tuple(value.items.map((part, index) => inside(part, `[${index}]`)))
    : (value as PickleValue); // Bytes, or a value of `py`.

const classOf = ({ constructor }: { constructor?: { name?: unknown } }) =>
  String(constructor?.name);

const isPlain = (object: object) => {
  if (kindOf(object) !== undefined) return false;
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype;
};
