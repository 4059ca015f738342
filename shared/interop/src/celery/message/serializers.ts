import { Unpackr } from 'msgpackr';
import { parse as parseYaml } from 'yaml';
import { decodePickle, py, type PickleValue } from '../../pickle/index.ts';
import { floatValue, intValue } from '../../pickle/values/numbers.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { datetimeAt } from '../json/iso-texts.ts';
import { parsePythonJson } from '../json/parse-json.ts';

/** How a body is written. Only JSON is read unless the others are accepted by name. */
export type Serializer = (typeof SERIALIZERS)[number];

export const SERIALIZERS = ['json', 'yaml', 'msgpack', 'pickle'] as const;

const OF_CONTENT_TYPE: ReadonlyMap<string, Serializer> = new Map([
  ['application/json', 'json'],
  ['application/x-yaml', 'yaml'],
  ['application/x-msgpack', 'msgpack'],
  ['application/x-python-serialize', 'pickle'],
]);

/**
 * Reads a body, tagged values of JSON as they are. A pickle is read as plain values only.
 *
 * @throws {InvalidMessageError} `content` for what is not accepted, `body` for what cannot be read.
 */
export const deserialize = (
  bytes: Uint8Array,
  { contentType, contentEncoding }: { contentType: string | null; contentEncoding: string | null },
  accept: readonly Serializer[],
): PickleValue => {
  const serializer = OF_CONTENT_TYPE.get(contentType ?? '');
  if (serializer === undefined || !accept.includes(serializer))
    throw new InvalidMessageError(
      'content',
      `its content type ${JSON.stringify((contentType ?? 'null').slice(0, 80))} is not accepted`,
    );
  try {
    return READERS[serializer](bytes, contentEncoding ?? 'utf-8');
  } catch (cause) {
    if (cause instanceof InvalidMessageError) throw cause;
    throw new InvalidMessageError('body', `it is no ${serializer}`, { cause });
  }
};

const READERS: Readonly<Record<Serializer, (bytes: Uint8Array, charset: string) => PickleValue>> = {
  json: (bytes, charset) => parsePythonJson(decodeText(bytes, charset)),
  yaml: (bytes, charset) => fromYaml(decodeText(bytes, charset)),
  msgpack: (bytes) => fromForeign(unpackr.unpack(bytes), (value) => value),
  pickle: (bytes) => decodePickle(bytes),
};

/** Charsets by the names that Python has for them; `binary` is what kombu calls bytes. */
const decodeText = (bytes: Uint8Array, charset: string): string => {
  const name = charset === 'binary' ? 'utf-8' : charset.replaceAll('_', '-');
  return decoderOf(name).decode(bytes);
};

const decoderOf = (name: string) => {
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true });
  } catch (cause) {
    throw new InvalidMessageError('content', 'its content encoding is unknown', { cause });
  }
};

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: false });

/** Aliases are counted, so that a few lines do not stand for billions of values. */
const fromYaml = (text: string): PickleValue =>
  fromForeign(
    parseYaml(text, { mapAsMap: true, intAsBigInt: true, version: '1.1', maxAliasCount: 100 }),
    floatValue,
  );

type NumberReader = (value: number) => PickleValue;

/** What other parsers give, as Python values. */
const fromForeign = (value: unknown, readNumber: NumberReader): PickleValue => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return readNumber(value);
  if (typeof value === 'bigint') return intValue(value);
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map((part) => fromForeign(part, readNumber));
  if (value instanceof Map) return fromMap(value, readNumber);
  if (value instanceof Date) return datetimeAt(value.getTime());
  throw new InvalidMessageError('body', 'it holds a value that Python has no type for');
};

const fromMap = (map: Map<unknown, unknown>, readNumber: NumberReader): PickleValue => {
  const entries = Array.from(
    map,
    ([key, part]) => [fromForeign(key, readNumber), fromForeign(part, readNumber)] as const,
  );
  return entries.every(hasTextKey) ? new Map(entries) : py.dict(entries);
};

const hasTextKey = (
  entry: readonly [PickleValue, PickleValue],
): entry is readonly [string, PickleValue] => typeof entry[0] === 'string';
