import { py, type PickleValue } from '../../pickle/index.ts';
import { isDecimalText } from '../../pickle/values/numbers.ts';
import { isUuidText } from '../../pickle/values/uuid.ts';
import { InvalidPythonJsonError } from '../errors/invalid-json-error.ts';
import { readDate, readDatetime, readTime } from './iso-texts.ts';

/**
 * What kombu 5.3 and later make of `{"__type__": …, "__value__": …}`: dates, Decimal, UUID, bytes. Parts
 * without tags are shared with what came in.
 *
 * @throws {InvalidPythonJsonError} for a tag that kombu does not know, or a value that does not fit it.
 */
export const readTags = (value: PickleValue): PickleValue => {
  if (Array.isArray(value)) return value.map(readTags);
  if (!(value instanceof Map)) return value;
  const dict = new Map([...value].map(([key, part]) => [key, readTags(part)] as const));
  return isTagged(dict) ? untag(dict) : dict;
};

const isTagged = (dict: Map<string, PickleValue>) =>
  dict.size === 2 && dict.has('__type__') && dict.has('__value__');

type Reader = (text: string) => PickleValue | undefined;

const TEXT_READERS: Readonly<Record<string, Reader>> = {
  base64: (text) => new Uint8Array(Buffer.from(text, 'base64')),
  bytes: (text) => new Uint8Array(Buffer.from(text)),
  date: readDate,
  datetime: readDatetime,
  decimal: (text) => (isDecimalText(text) ? py.decimal(text) : undefined),
  time: readTime,
};

const untag = (dict: Map<string, PickleValue>): PickleValue => {
  const type = dict.get('__type__');
  const value = dict.get('__value__');
  const read = typeof type === 'string' ? readerOf(type) : undefined;
  if (read === undefined)
    throw new InvalidPythonJsonError('the type of a tagged value is unknown', 0);
  const found =
    type === 'uuid' ? uuidOf(value) : typeof value === 'string' ? read(value) : undefined;
  if (found === undefined)
    throw new InvalidPythonJsonError('a tagged value does not fit its type', 0);
  return found;
};

const readerOf = (type: string): Reader | undefined => {
  if (type === 'uuid') return uuidOf;
  return Object.hasOwn(TEXT_READERS, type) ? TEXT_READERS[type] : undefined;
};

const uuidOf = (value: PickleValue | undefined): PickleValue | undefined => {
  const hex = value instanceof Map ? value.get('hex') : undefined;
  if (typeof hex !== 'string') return undefined;
  const text = hex
    .replaceAll('-', '')
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuidText(text) ? py.uuid(text) : undefined;
};
