import { Packr } from 'msgpackr';
import { parsePythonJson } from '../celery/json/parse-json.ts';
import { writePythonJson } from '../celery/json/write-json.ts';
import { decodePickle, encodePickle, type PickleValue, toJs } from '../pickle/index.ts';
import { pythonValue } from '../tasks/python-value.ts';
import { shownResult } from '../tasks/shown-result.ts';

/** How jobs and results are written; nothing in Redis says which, so client and worker must agree. */
export type ArqSerializerName = 'pickle' | 'json' | 'msgpack';

/** What a job or a result looks like before it is written: a dict with text keys. */
export type ArqSerializer = {
  readonly name: ArqSerializerName;
  /** Its values are Python's; `plain` makes them JavaScript's. @throws for bytes that are no such dict. */
  read(bytes: Uint8Array): ReadonlyMap<string, unknown>;
  /** @throws for a value that it cannot hold. */
  write(entries: ReadonlyMap<string, unknown>): Uint8Array;
  plain(value: unknown): unknown;
};

const asMap = (value: unknown): ReadonlyMap<string, unknown> => {
  if (value instanceof Map) return value as Map<string, unknown>;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  throw new TypeError('it is no dict');
};

const pickle: ArqSerializer = {
  name: 'pickle',
  read: (bytes) => asMap(decodePickle(bytes)),
  write: (entries) => encodePickle(entries),
  // Everything that `read` gives out of a pickle is a pickle's value.
  plain: (value) => toJs(value as PickleValue),
};

const json: ArqSerializer = {
  name: 'json',
  read: (bytes) => asMap(parsePythonJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))),
  write: (entries) => new TextEncoder().encode(writePythonJson(pythonValue(entries))),
  plain: (value) => toJs(value as PickleValue),
};

const packr = new Packr({
  useRecords: false,
  mapsAsObjects: true,
  // A bigint only where a number would not do; the types of msgpackr have not heard of it.
  int64AsType: 'auto' as 'number',
});

const msgpack: ArqSerializer = {
  name: 'msgpack',
  read: (bytes) => asMap(packr.unpack(bytes)),
  write: (entries) => packr.pack(packable(Object.fromEntries(entries))),
  plain: (value) => value,
};

/** The packer makes floats of integers past 32 bits, unless they are bigints; and packs what is no data. */
const packable = (value: unknown): unknown => {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) && Math.abs(value) > 0x7fff_ffff ? BigInt(value) : value;
    case 'function':
    case 'symbol':
      throw new TypeError(`a ${typeof value} cannot be packed`);
    case 'undefined':
      return null;
    case 'object':
      return packableObject(value);
    default:
      return value;
  }
};

const packableObject = (value: object | null): unknown => {
  const shown = shownResult(value); // Values of `py` are for pickles.
  if (Array.isArray(shown)) return shown.map(packable);
  if (shown === null) return null;
  if (typeof shown !== 'object') return packable(shown);
  if (Object.getPrototypeOf(shown) !== Object.prototype) return shown;
  return Object.fromEntries(Object.entries(shown).map(([key, item]) => [key, packable(item)]));
};

const SERIALIZERS = { pickle, json, msgpack } as const;

export const arqSerializer = (name: ArqSerializerName): ArqSerializer => SERIALIZERS[name];
