import { parsePythonJson } from '../../celery/json/parse-json.ts';
import { writePythonJson } from '../../celery/json/write-json.ts';
import { decodePickle, encodePickle, type PickleValue } from '../../pickle/index.ts';

/** How a client writes values; nothing in Redis says which, but one look tells. */
export type RqSerializer = 'pickle' | 'json';

const PICKLE_BEGINS = 0x80;

/** A pickle of RQ's begins with a byte that no JSON begins with. */
export const serializerOf = (bytes: Uint8Array): RqSerializer =>
  bytes[0] === PICKLE_BEGINS ? 'pickle' : 'json';

/** @throws {ForbiddenGlobalError | InvalidPickleError | PickleLimitError | InvalidPythonJsonError} */
export const readValue = (
  bytes: Uint8Array,
  { keepUnknown = false }: { keepUnknown?: boolean } = {},
): PickleValue =>
  serializerOf(bytes) === 'pickle'
    ? decodePickle(bytes, { unknownGlobals: keepUnknown ? 'keep' : 'refuse' })
    : parsePythonJson(Buffer.from(bytes).toString('utf8'));

/** @throws {UnencodableValueError} */
export const writeValue = (serializer: RqSerializer, value: unknown): Buffer =>
  serializer === 'pickle'
    ? Buffer.from(encodePickle(value))
    : Buffer.from(writePythonJson(value), 'utf8');
