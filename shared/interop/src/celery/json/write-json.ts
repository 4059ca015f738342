import { UnencodableValueError, type DictValue, type PyValue } from '../../pickle/index.ts';
import { isIntNumber } from '../../pickle/values/numbers.ts';
import { kindOf } from '../../pickle/values/python.ts';
import { floatText } from './float-text.ts';
import { writeSpecial, type JsonTypes } from './special-types.ts';

export type WriteOptions = {
  /**
   * How dates, Decimal, UUID and bytes are written: `tagged` as kombu 5.3 and later read them back;
   * `plain` as kombu 5.2 writes them, text with no way back and no bytes at all. Default `tagged`.
   */
  types?: JsonTypes;
  /** Lists and dicts inside each other. Default 500. */
  maxDepth?: number;
};

/**
 * Writes JSON exactly as Python's `json.dumps` with kombu's encoder: `, ` and `: ` between parts, ASCII
 * only, floats as `repr`, bare NaN. JavaScript's values mean what they mean in `encodePickle`: whole numbers
 * are ints, undefined is None, a Date an aware datetime, a plain object a dict.
 *
 * @throws {UnencodableValueError} naming the part that Python's JSON has no form for.
 */
export const writePythonJson = (value: unknown, options: WriteOptions = {}): string => {
  const { types = 'tagged', maxDepth = 500 } = options;
  const path: (string | number)[] = [];

  const refuse = (why: string): never => {
    throw new UnencodableValueError(pathText(path), why);
  };
  const inside = (step: string | number, part: unknown): string => {
    if (path.length >= maxDepth) return refuse(`lists and dicts go deeper than ${maxDepth}`);
    path.push(step);
    const text = write(part);
    path.pop();
    return text;
  };
  const list = (items: readonly unknown[]): string =>
    `[${items.map((item, index) => inside(index, item)).join(', ')}]`;
  const dict = (entries: Iterable<readonly [unknown, unknown]>): string => {
    const parts: string[] = [];
    for (const [key, part] of entries) {
      const name = keyText(key) ?? refuse('a key is neither text nor a number');
      parts.push(`${jsonText(name)}: ${inside(name, part)}`);
    }
    return `{${parts.join(', ')}}`;
  };
  const python = (value: PyValue, kind: string): string => {
    if ('items' in value && kind === 'tuple') return list(value.items ?? []);
    if (kind === 'dict') return dict(entriesOf(value as DictValue));
    if ('dict' in value) return dict(entriesOf(value.dict));
    const special = writeSpecial(value, types);
    return special.ok ? write(special.value) : refuse(special.why);
  };
  const object = (value: object): string => {
    if (Array.isArray(value)) return list(value);
    if (value instanceof Map) return dict(value);
    const kind = kindOf(value);
    if (kind === 'float') return number((value as { value: number }).value);
    if (kind !== undefined) return python(value as PyValue, kind);
    const special = writeSpecial(value, types);
    if (special.ok) return write(special.value);
    return isPlain(value) ? dict(Object.entries(value)) : refuse(special.why);
  };
  const write = (value: unknown): string => {
    if (typeof value === 'string') return jsonText(value);
    if (typeof value === 'number') return isIntNumber(value) ? String(value) : number(value);
    if (value === null || value === undefined) return 'null';
    if (typeof value === 'object') return object(value);
    if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
    return refuse(`a ${typeof value} has no Python counterpart`);
  };

  return write(value);
};

const entriesOf = (dict: DictValue) => (dict instanceof Map ? dict : dict.entries);

const number = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return floatText(value);
  return value > 0 ? 'Infinity' : '-Infinity';
};

/** Keys that are no text become what Python's json makes of them. */
const keyText = (key: unknown): string | undefined => {
  if (typeof key === 'string') return key;
  if (typeof key === 'number') return isIntNumber(key) ? String(key) : number(key);
  if (typeof key === 'bigint' || typeof key === 'boolean' || key === null) return String(key);
  return kindOf(key) === 'float' ? number((key as { value: number }).value) : undefined;
};

const PRINTABLE = /^[ !#-[\]-~]*$/;

/** A text in double quotes, everything beyond ASCII escaped. */
export const jsonText = (text: string): string =>
  PRINTABLE.test(text)
    ? `"${text}"`
    : JSON.stringify(text).replace(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );

const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : `${text}${text === '' ? '' : '.'}${step}`,
    '',
  );

const isPlain = (object: object) => {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype;
};
