import { Packr } from 'msgpackr';
import { decodePickle, encodePickle, type PickleValue, toJs } from '../pickle/index.ts';

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
  read: (bytes) => asMap(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))),
  write: (entries) => new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries))),
  plain: (value) => value,
};

const packr = new Packr({ useRecords: false, mapsAsObjects: true });

const msgpack: ArqSerializer = {
  name: 'msgpack',
  read: (bytes) => asMap(packr.unpack(bytes)),
  write: (entries) => packr.pack(Object.fromEntries(entries)),
  plain: (value) => value,
};

const SERIALIZERS = { pickle, json, msgpack } as const;

export const arqSerializer = (name: ArqSerializerName): ArqSerializer => SERIALIZERS[name];
