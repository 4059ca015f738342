import {
  parsePythonJson,
  readEnvelope,
  readTask,
  type Envelope,
  type TaskMessage,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import { pythonValue, withoutFloats, type Argument, type Command, type Vector } from './vectors.ts';

/** A message that a recording pushed to a queue. */
export type Pushed = {
  at: number;
  by: Command['by'];
  key: string;
  envelope: Envelope;
  /** Null for one that is no task. */
  message: TaskMessage | null;
};

export type StoredMeta = {
  at: number;
  by: Command['by'];
  id: string;
  meta: Map<string, PickleValue>;
};

const textOf = (argument: Argument | undefined): string =>
  typeof argument === 'string' ? argument : '';

/** The tasks that were pushed, by client or worker, in order. */
export const pushedTasks = ({ recorded }: Vector): Pushed[] =>
  recorded.flatMap(({ cmd, by, args }, at) => {
    const [key, value] = args;
    if (cmd !== 'LPUSH' || typeof value !== 'object' || !('envelope' in value)) return [];
    if (textOf(key).includes('reply.celery.pidbox')) return [];
    const envelope = readEnvelope(JSON.stringify(value.envelope));
    return [{ at, by, key: textOf(key), envelope, message: readOrNull(envelope) }];
  });

const readOrNull = (envelope: Envelope): TaskMessage | null => {
  try {
    return readTask(envelope, { accept: ['json', 'yaml', 'pickle'] });
  } catch {
    return null;
  }
};

const TASK_KEY = /celery-task-meta-(.*)$/;

/** The results that were stored, in order. */
export const storedMetas = ({ recorded }: Vector): StoredMeta[] =>
  recorded.flatMap(({ cmd, by, args }, at) => {
    if (cmd !== 'SETEX' && cmd !== 'SET') return [];
    const id = TASK_KEY.exec(textOf(args[0]))?.[1];
    const value = args[cmd === 'SETEX' ? 2 : 1];
    if (id === undefined || typeof value !== 'object' || !('json' in value)) return [];
    const meta = pythonValue(value.json);
    return meta instanceof Map ? [{ at, by, id, meta }] : [];
  });

export type RecordedCount = {
  at: number;
  groupId: string;
  score: string | null;
  member: PickleValue;
};

/** The members that were counted in chords. */
export const chordCounts = ({ recorded }: Vector): RecordedCount[] =>
  recorded.flatMap(({ cmd, args }, at) => {
    const groupId = /celery-taskset-meta-(.*)\.j$/.exec(textOf(args[0]))?.[1];
    if (groupId === undefined || (cmd !== 'ZADD' && cmd !== 'RPUSH')) return [];
    const value = args.at(-1);
    const member =
      typeof value === 'object' && 'json' in value
        ? pythonValue(value.json)
        : parsePythonJson(textOf(value));
    return [{ at, groupId, score: cmd === 'ZADD' ? textOf(args[1]) : null, member }];
  });

/** The sizes that were said of chords. */
export const chordSizes = ({ recorded }: Vector): Map<string, number> =>
  new Map(
    recorded.flatMap(({ cmd, args }) => {
      const groupId = /celery-taskset-meta-(.*)\.s$/.exec(textOf(args[0]))?.[1];
      const size = args[cmd === 'SETEX' ? 2 : 1];
      const number =
        typeof size === 'object' && 'json' in size ? Number(size.json) : Number(textOf(size));
      return groupId !== undefined && (cmd === 'SETEX' || cmd === 'SET')
        ? [[groupId, number] as const]
        : [];
    }),
  );

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Comparable texts: what is new in them (ids, times, who sent it) is numbered as it appears; ids that were
 * given stay.
 */
export const comparable = (values: readonly PickleValue[], given: string): string[] => {
  const names = new Map<string, string>();
  const known = new Set(given.match(UUID));
  const name = (id: string) => {
    if (known.has(id)) return id;
    const found = names.get(id) ?? `new-${names.size}`;
    names.set(id, found);
    return found;
  };
  return values.map((value) =>
    shown(withoutFloats(value))
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d)?/g, 'TIME')
      .replaceAll(/gen\d+@host/g, 'ORIGIN')
      .replaceAll(UUID, name),
  );
};

/** Keys in one order, since a recording was sorted differently from what Python wrote. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Map
      ? Object.fromEntries([...(part as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof part === 'bigint'
        ? `${part}n`
        : part,
  );

/** A message with its body read, and without what every sender makes up. */
export const messageValue = (envelope: Envelope): PickleValue => {
  const properties = new Map(envelope.properties);
  properties.delete('delivery_tag');
  properties.delete('reply_to');
  // What is left of the time to live depends on when it was counted.
  if (properties.has('expiration')) properties.set('expiration', 'REMAINING');
  const headers = new Map(envelope.headers);
  const body =
    headers.has('compression') || envelope.contentType !== 'application/json'
      ? 'PACKED'
      : parsePythonJson(Buffer.from(envelope.body, 'base64').toString());
  return [
    new Map(headers),
    properties,
    withoutReplyTo(body),
    envelope.contentType,
    envelope.contentEncoding,
  ];
};

/** In frozen signatures, too. */
const withoutReplyTo = (value: PickleValue): PickleValue => {
  if (Array.isArray(value)) return value.map(withoutReplyTo);
  if (!(value instanceof Map)) return value;
  return new Map(
    Array.from(
      value,
      ([key, part]) => [key, key === 'reply_to' ? 'REPLY' : withoutReplyTo(part)] as const,
    ),
  );
};
