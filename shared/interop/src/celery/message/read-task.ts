import type { PickleValue } from '../../pickle/index.ts';
import { readSignature, readSignatures, type Signature } from '../canvas/signature.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { momentOf } from '../json/iso-texts.ts';
import { readTags } from '../json/read-tags.ts';
import { unpack } from './compression.ts';
import {
  deliveryInfoOf,
  deliveryTagOf,
  priorityOf,
  type Envelope,
  type Fields,
} from './envelope.ts';
import { dictOr, listOrNull, optionalBoolean, optionalNumber, optionalText } from './fields.ts';
import { deserialize, type Serializer } from './serializers.ts';
import type { Moment, TaskMessage } from './task-message.ts';

export type ReadTaskOptions = {
  /** Bodies that are read; everything else is refused. Default JSON only. */
  accept?: readonly Serializer[];
  /** Bytes of a body, packed or unpacked. Default 64 MiB. */
  maxBodyBytes?: number;
  /** Where times without an offset are meant, as in `Europe/Berlin`. Default UTC. */
  timezone?: string;
};

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Reads the task of a message: protocol 2, protocol 1, or the form between them with headers of one and the
 * body of the other.
 *
 * @throws {InvalidMessageError} whose `fault` says what Celery would do with it.
 */
export const readTask = (envelope: Envelope, options: ReadTaskOptions = {}): TaskMessage => {
  const { accept = ['json'], timezone = 'UTC' } = options;
  const body = readBody(envelope, { accept, maxBytes: options.maxBodyBytes ?? MAX_BODY_BYTES });
  const { headers } = envelope;
  if (body instanceof Map) {
    if (!headers.has('task')) return readProtocol1(envelope, body, timezone);
    return readProtocol1(envelope, new Map([...body, ...headers]), timezone);
  }
  if (!headers.has('task')) throw new InvalidMessageError('task', 'it names no task');
  return readProtocol2(envelope, listOrNull(body), timezone);
};

/**
 * The bytes of a body, unpacked and parsed.
 *
 * @throws {InvalidMessageError}
 */
export const readBody = (
  { body, headers, properties, contentType, contentEncoding }: Envelope,
  { accept, maxBytes }: { accept: readonly Serializer[]; maxBytes: number },
): PickleValue => {
  if (body.length > maxBytes * 1.4) throw tooLarge(maxBytes);
  const isBase64 = properties.get('body_encoding') === 'base64';
  const packed = isBase64 ? fromBase64(body) : Buffer.from(body, 'utf8');
  if (packed.length > maxBytes) throw tooLarge(maxBytes);
  const compression = headers.get('compression');
  const bytes = typeof compression === 'string' ? unpack(packed, compression, maxBytes) : packed;
  return deserialize(bytes, { contentType, contentEncoding }, accept);
};

const tooLarge = (maxBytes: number) =>
  new InvalidMessageError('size', `its body has more than ${maxBytes} bytes`);

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

const fromBase64 = (text: string): Buffer => {
  if (!BASE64.test(text)) throw new InvalidMessageError('body', 'its body is no base64');
  return Buffer.from(text, 'base64');
};

const readProtocol2 = (
  envelope: Envelope,
  body: PickleValue[] | null,
  timezone: string,
): TaskMessage => {
  const [args, kwargs, embed] = body ?? [];
  if (body === null || body.length < 2)
    throw new InvalidMessageError('body', 'its body is no [args, kwargs, embed]');
  const parts = dictOr(embed);
  return {
    ...readFields(envelope, envelope.headers, timezone),
    ...readCall(args, kwargs),
    protocol: 2,
    callbacks: readSignatures(parts.get('callbacks'), 'callbacks'),
    errbacks: readSignatures(parts.get('errbacks'), 'errbacks'),
    chain: readSignatures(parts.get('chain'), 'chain'),
    chord: optionalSignature(parts.get('chord')),
    group: optionalText(envelope.headers.get('group')),
  };
};

const readProtocol1 = (envelope: Envelope, body: Fields, timezone: string): TaskMessage => {
  if (!body.has('task') || !body.has('args') || !body.has('kwargs'))
    throw new InvalidMessageError('task', 'it names no task, args and kwargs');
  return {
    ...readFields(envelope, body, body.get('utc') === false ? timezone : 'UTC'),
    ...readCall(body.get('args'), body.get('kwargs')),
    protocol: 1,
    callbacks: readSignatures(body.get('callbacks'), 'callbacks'),
    errbacks: readSignatures(body.get('errbacks'), 'errbacks'),
    chain: readSignatures(body.get('chain'), 'chain'),
    chord: optionalSignature(body.get('chord')),
    group: optionalText(body.get('taskset')) ?? optionalText(body.get('group')),
  };
};

const optionalSignature = (value: PickleValue | undefined): Signature | null =>
  value === null || value === undefined ? null : readSignature(value, 'chord');

const readCall = (args: PickleValue | undefined, kwargs: PickleValue | undefined) => {
  const list = args === null || args === undefined ? [] : listOrNull(args);
  if (list === null) throw new InvalidMessageError('task', 'its args are no list');
  const dict = kwargs === null || kwargs === undefined ? new Map<string, PickleValue>() : kwargs;
  if (!(dict instanceof Map)) throw new InvalidMessageError('task', 'its kwargs are no dict');
  try {
    return {
      args: list.map((arg) => readTags(arg)),
      kwargs: new Map(Array.from(dict, ([key, value]) => [key, readTags(value)] as const)),
      raw: { args: list, kwargs: dict },
    };
  } catch (cause) {
    throw new InvalidMessageError('body', 'a tagged value cannot be read', { cause });
  }
};

const readFields = (envelope: Envelope, from: Fields, timezone: string) => {
  const { headers, properties } = envelope;
  const task = from.get('task');
  const id = from.get('id') ?? properties.get('correlation_id');
  if (typeof task !== 'string' || task === '')
    throw new InvalidMessageError('task', 'the name of its task is no text');
  if (typeof id !== 'string' || id === '') throw new InvalidMessageError('task', 'it has no id');
  const text = (key: string) => optionalText(from.get(key));
  const [hard = null, soft = null] = listOrNull(from.get('timelimit')) ?? [];
  const stamped = listOrNull(from.get('stamped_headers'));
  const stamps = from.get('stamps');
  return {
    id,
    task,
    shadow: text('shadow'),
    eta: momentAt(from, 'eta', timezone),
    expires: momentAt(from, 'expires', timezone),
    groupIndex: optionalNumber(from.get('group_index')),
    retries: Math.max(0, Math.trunc(optionalNumber(from.get('retries')) ?? 0)),
    timeLimit: { hard: optionalNumber(hard), soft: optionalNumber(soft) },
    rootId: text('root_id'),
    parentId: text('parent_id'),
    argsRepr: text('argsrepr'),
    kwargsRepr: text('kwargsrepr'),
    origin: text('origin'),
    ignoreResult: optionalBoolean(from.get('ignore_result')),
    replacedTaskNesting: optionalNumber(from.get('replaced_task_nesting')) ?? 0,
    stampedHeaders: stamped === null ? null : stamped.filter((name) => typeof name === 'string'),
    stamps: stamps instanceof Map ? stamps : null,
    customHeaders: customHeaders(headers),
    correlationId: optionalText(properties.get('correlation_id')),
    replyTo: optionalText(properties.get('reply_to')),
    priority: priorityOf(envelope),
    deliveryInfo: deliveryInfoOf(envelope),
    deliveryTag: deliveryTagOf(envelope),
    envelope,
  };
};

const momentAt = (from: Fields, key: 'eta' | 'expires', timezone: string): Moment | null => {
  const value = from.get(key) ?? null;
  if (value === null || value === '') return null;
  const epochMs = typeof value === 'string' ? momentOf(value, timezone) : undefined;
  if (typeof value !== 'string' || epochMs === undefined)
    throw new InvalidMessageError('task', `its ${key} is no time`, { path: key });
  return { text: value, epochMs };
};

/** The headers that Celery itself sets or fills a request with. */
const OWN_HEADERS = new Set(
  (
    'args argsrepr callbacks chain chord compression correlation_id delivery_info errbacks eta expires ' +
    'group group_index headers hostname id ignore_result is_eager kwargs kwargsrepr lang logfile loglevel ' +
    'origin parent_id properties redelivered replaced_task_nesting reply_to retries root_id shadow ' +
    'stamped_headers stamps task taskset timelimit utc'
  ).split(' '),
);

const customHeaders = (headers: Fields): Fields =>
  new Map([...headers].filter(([name]) => !OWN_HEADERS.has(name)));
