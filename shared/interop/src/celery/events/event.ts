import { py, type PickleValue } from '../../pickle/index.ts';
import { floatValue } from '../../pickle/values/numbers.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { writePythonJson } from '../json/write-json.ts';
import { readEnvelope, writeEnvelope, type Fields } from '../message/envelope.ts';
import { optionalNumber } from '../message/fields.ts';
import { readBody } from '../message/read-task.ts';
import type { TaskMessage } from '../message/task-message.ts';

/** The exchange of events. */
export const EVENT_EXCHANGE = 'celeryev';

/** Worker events of tasks go out together, at most so many. */
export const EVENT_BATCH = 24;

/** Who tells, and when by its own logical clock. */
export type Teller = { hostname: string; pid: number; clock: number; nowMs: number };

export type TaskEventType =
  | 'task-received'
  | 'task-started'
  | 'task-succeeded'
  | 'task-failed'
  | 'task-retried'
  | 'task-rejected'
  | 'task-revoked'
  | 'task-cancelled'
  | 'task-sent';

/** The fields of each event of a task, without those that every event has. */
export const taskEvent = {
  received: (message: TaskMessage): Fields =>
    new Map<string, PickleValue>([
      ['uuid', message.id],
      ['name', message.shadow ?? message.task],
      ['args', message.argsRepr ?? ''],
      ['kwargs', message.kwargsRepr ?? ''],
      ['root_id', message.rootId],
      ['parent_id', message.parentId],
      ['retries', message.retries],
      ['eta', message.eta?.text ?? null],
      ['expires', message.expires?.text ?? null],
    ]),
  started: (uuid: string): Fields => new Map([['uuid', uuid]]),
  /** `result` is a repr, `runtime` in seconds. */
  succeeded: (uuid: string, result: string, runtime: number): Fields =>
    new Map<string, PickleValue>([
      ['uuid', uuid],
      ['result', result],
      ['runtime', floatValue(runtime)],
    ]),
  /** `exception` is a repr. A task nobody knows has no traceback. */
  failed: (uuid: string, exception: string, traceback?: string): Fields => {
    const fields = new Map<string, PickleValue>([
      ['uuid', uuid],
      ['exception', exception],
    ]);
    if (traceback !== undefined) fields.set('traceback', traceback);
    return fields;
  },
  rejected: (uuid: string, requeue: boolean): Fields =>
    new Map<string, PickleValue>([
      ['uuid', uuid],
      ['requeue', requeue],
    ]),
  /** `signum` is the number of the signal that ended it. */
  revoked: (
    uuid: string,
    {
      terminated = false,
      signum = null,
      expired = false,
    }: { terminated?: boolean; signum?: number | null; expired?: boolean } = {},
  ): Fields =>
    new Map<string, PickleValue>([
      ['uuid', uuid],
      ['terminated', terminated],
      ['signum', signum],
      ['expired', expired],
    ]),
  cancelled: (uuid: string): Fields => new Map([['uuid', uuid]]),
} as const;

export type WorkerFacts = {
  active: number;
  processed: number;
  loadavg: readonly [number, number, number];
  /** Version of Celery that we write like. */
  version: string;
};

/** Seconds between heartbeats. */
export const HEARTBEAT_SECONDS = 2;

const SOFTWARE = (version: string): [string, PickleValue][] => [
  ['sw_ident', 'py-celery'],
  ['sw_ver', version],
  ['sw_sys', 'Linux'],
];

/** The fields of worker-online, worker-heartbeat and worker-offline. */
export const workerEvent = ({ active, processed, loadavg, version }: WorkerFacts): Fields =>
  new Map<string, PickleValue>([
    ['freq', py.float(HEARTBEAT_SECONDS)],
    ['active', active],
    ['processed', processed],
    ['loadavg', loadavg.map((load) => floatValue(Math.round(load * 100) / 100))],
    ...SOFTWARE(version),
  ]);

/** The heartbeat that answers the command of that name. */
export const askedHeartbeat = (version: string): Fields =>
  new Map<string, PickleValue>([['freq', 5], ...SOFTWARE(version)]);

/** A whole event. `utcoffset` is in hours west of UTC, which our clocks are in. */
export const makeEvent = (type: string, fields: Fields, teller: Teller): Fields =>
  new Map<string, PickleValue>([
    ['hostname', teller.hostname],
    ['utcoffset', py.float(0)],
    ['pid', teller.pid],
    ['clock', teller.clock],
    ...fields,
    ['timestamp', floatValue(teller.nowMs / 1000)],
    ['type', type],
  ]);

/** What to publish: the routing key, which is part of the channel, and the message. */
export type EventMessage = { routingKey: string; text: string };

/** One event, under its own routing key. */
export const writeEvent = (event: Fields, hostname: string, tag: string): EventMessage => {
  const type = event.get('type');
  const routingKey = (typeof type === 'string' ? type : '').replaceAll('-', '.');
  return { routingKey, text: envelopeOf(event, { routingKey, hostname, tag }) };
};

/** Events of tasks, as a worker sends them together. */
export const writeEvents = (
  events: readonly Fields[],
  hostname: string,
  tag: string,
): EventMessage => {
  const routingKey = 'task.multi';
  return { routingKey, text: envelopeOf([...events], { routingKey, hostname, tag }) };
};

const envelopeOf = (
  body: PickleValue,
  { routingKey, hostname, tag }: { routingKey: string; hostname: string; tag: string },
): string =>
  writeEnvelope({
    body: Buffer.from(writePythonJson(body)).toString('base64'),
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: new Map([['hostname', hostname]]),
    properties: new Map<string, PickleValue>([
      ['delivery_mode', 1],
      [
        'delivery_info',
        new Map([
          ['exchange', EVENT_EXCHANGE],
          ['routing_key', routingKey],
        ]),
      ],
      ['priority', 0],
      ['body_encoding', 'base64'],
      ['delivery_tag', tag],
    ]),
  });

/**
 * The events of a published message, one or several.
 *
 * @throws {InvalidMessageError} for anything else.
 */
export const readEvents = (text: string): Fields[] => {
  const body = readBody(readEnvelope(text), { accept: ['json'], maxBytes: 16 * 1024 * 1024 });
  const events = Array.isArray(body) ? body : [body];
  return events.map((event) => {
    if (event instanceof Map && typeof event.get('type') === 'string') return event;
    throw new InvalidMessageError('body', 'an event has no type');
  });
};

/** The logical time of an event; 0 without one. */
export const clockOf = (event: Fields): number => optionalNumber(event.get('clock')) ?? 0;
