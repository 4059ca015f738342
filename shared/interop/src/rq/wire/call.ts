import { PlatformError } from '@shared/errors';
import { deflateSync, inflateSync } from 'node:zlib';
import { ForbiddenGlobalError, isPython, py, type PickleValue, toJs } from '../../pickle/index.ts';
import { UnreadableCallError } from '../errors/unreadable-call-error.ts';
import { readValue, type RqSerializer, serializerOf, writeValue } from './serializer.ts';

/** What a job calls: the field `data` of its hash. */
export type RqCall = {
  /** As the client wrote it, as in `app.tasks.add`. */
  name: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** Answers go back in the same. */
  serializer: RqSerializer;
};

/** A small zlib stream can stand for gigabytes. */
const MAX_BYTES = 16 * 1024 * 1024;

const ZLIB_BEGINS = 0x78;

const inflate = (data: Uint8Array): Uint8Array =>
  data[0] === ZLIB_BEGINS ? inflateSync(data, { maxOutputLength: MAX_BYTES }) : data;

/**
 * @throws {UnreadableCallError} for bytes that are no call, and for a call of a method: its object is of a
 *   class that only its own Python program has.
 */
export const readCall = (data: Uint8Array): RqCall => {
  try {
    const bytes = inflate(data);
    return { ...callIn(valueIn(bytes)), serializer: serializerOf(bytes) };
  } catch (cause) {
    if (cause instanceof UnreadableCallError) throw cause;
    throw new UnreadableCallError(reasonIn(cause), { cause });
  }
};

/** A method's object is of a class that nobody here knows: that it is one says more than the class does. */
const valueIn = (bytes: Uint8Array): PickleValue => {
  try {
    return readValue(bytes);
  } catch (error) {
    if (!(error instanceof ForbiddenGlobalError)) throw error;
    const [name, instance = null] = sequence(readValue(bytes, { keepUnknown: true })) ?? [];
    if (typeof name === 'string' && instance !== null) throw ofAMethod(name);
    throw error;
  }
};

const ofAMethod = (name: string) =>
  new UnreadableCallError(`"${name}" is a method of an object, which lives in Python only`);

const reasonIn = (error: unknown): string => {
  if (error instanceof PlatformError) return error.why;
  return error instanceof Error ? error.message : String(error);
};

const callIn = (value: PickleValue): Omit<RqCall, 'serializer'> => {
  const parts = sequence(value);
  if (parts === undefined || parts.length !== 4) throw new UnreadableCallError('it is no call');
  const [name, instance, args, kwargs] = parts;
  if (typeof name !== 'string') throw new UnreadableCallError('it names no function');
  if (instance !== null) throw ofAMethod(name);
  const positional = toJs(args ?? null);
  const named = toJs(kwargs ?? null);
  if (!Array.isArray(positional)) throw new UnreadableCallError('its arguments are no sequence');
  return { name, args: positional as unknown[], kwargs: keywords(named) };
};

const sequence = (value: PickleValue): readonly PickleValue[] | undefined => {
  if (Array.isArray(value)) return value;
  return isPython(value, 'tuple') ? value.items : undefined;
};

const keywords = (value: unknown): Record<string, unknown> => {
  // An empty dict of Python's has no keys that could be no text.
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableCallError('its keyword arguments are no dict with text keys');
  }
  return value as Record<string, unknown>;
};

/** @throws {UnencodableValueError} for arguments that Python has no counterpart for. */
export const writeCall = ({ name, args, kwargs, serializer }: RqCall): Buffer => {
  const call =
    serializer === 'pickle'
      ? // The arguments may hold anything that can be encoded, `py` values and JavaScript's own.
        py.tuple([name, null, py.tuple(args as PickleValue[]), kwargs as never])
      : [name, null, args, kwargs];
  return deflateSync(writeValue(serializer, call));
};
