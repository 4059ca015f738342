import { describe, expect, test } from 'vitest';
import {
  askedHeartbeat,
  clockOf,
  createClock,
  makeEvent,
  parsePythonJson,
  readEnvelope,
  readEvents,
  readTask,
  taskEvent,
  workerEvent,
  writeEvent,
  writeEvents,
  type Fields,
  type TaskMessage,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import { pushedTasks } from './recording.ts';
import { asText, vectors, withoutFloats, type RecordedEnvelope, type Vector } from './vectors.ts';

type Published = { channel: string; envelope: RecordedEnvelope };

const eventsOf = (vector: Vector): Published[] =>
  vector.recorded.flatMap(({ cmd, args: [channel, value] }) =>
    cmd === 'PUBLISH' &&
    typeof channel === 'string' &&
    channel.includes('celeryev') &&
    typeof value === 'object' &&
    'envelope' in value
      ? [{ channel, envelope: value.envelope }]
      : [],
  );

const withEvents = vectors.filter((vector) => eventsOf(vector).length > 0);

test('there is something to compare', () => {
  expect(withEvents.length).toBeGreaterThan(20);
});

/** The same event from what it is about. */
const remade = (event: Fields, messages: readonly TaskMessage[], version: string): Fields => {
  const get = (key: string) => event.get(key) ?? null;
  const text = (key: string) => get(key) as string;
  const number = (key: string) => unfloat(get(key));
  const type = text('type');
  const teller = {
    hostname: text('hostname'),
    pid: number('pid'),
    clock: clockOf(event),
    nowMs: number('timestamp') * 1000,
  };
  return makeEvent(type, fieldsOf(), teller);

  function fieldsOf(): Fields {
    if (type === 'task-received') {
      const message = messages.find(
        ({ id, retries }) => id === get('uuid') && retries === get('retries'),
      );
      return message === undefined ? without(event) : taskEvent.received(message);
    }
    if (type === 'task-started') return taskEvent.started(text('uuid'));
    if (type === 'task-succeeded')
      return taskEvent.succeeded(text('uuid'), text('result'), number('runtime'));
    if (type === 'task-failed' || type === 'task-retried') {
      const traceback = event.has('traceback') ? text('traceback') : undefined;
      return taskEvent.failed(text('uuid'), text('exception'), traceback);
    }
    if (type === 'task-rejected') return taskEvent.rejected(text('uuid'), get('requeue') === true);
    if (type === 'task-revoked') {
      return taskEvent.revoked(text('uuid'), {
        terminated: get('terminated') === true,
        signum: get('signum') as number | null,
        expired: get('expired') === true,
      });
    }
    if (type.startsWith('worker-')) {
      if (!event.has('active')) return askedHeartbeat(version);
      const [one, five, fifteen] = (get('loadavg') as PickleValue[]).map((load) => unfloat(load));
      return workerEvent({
        active: number('active'),
        processed: number('processed'),
        loadavg: [one ?? 0, five ?? 0, fifteen ?? 0],
        version,
      });
    }
    if (type === 'task-sent') return without(event);
    throw new Error(`nobody here tells of ${type}`);
  }
};

const COMMON = new Set(['hostname', 'utcoffset', 'pid', 'clock', 'timestamp', 'type']);

const without = (event: Fields): Fields => new Map([...event].filter(([key]) => !COMMON.has(key)));

const unfloat = (value: PickleValue) => withoutFloats(value) as number;

const sorted = (event: Fields) => [...event].sort(([a], [b]) => (a < b ? -1 : 1));

const almost = (value: unknown): unknown =>
  typeof value === 'number'
    ? Math.round(value * 1000) / 1000
    : Array.isArray(value)
      ? value.map(almost)
      : value;

describe('what Python told, we tell', () => {
  test.for(withEvents)('$name', (vector) => {
    const version = vector.release === '5.2' ? '5.2.6' : '5.6.3';
    const messages = pushedTasks(vector).flatMap(({ message }) => message ?? []);

    for (const { channel, envelope } of eventsOf(vector)) {
      const theirs = readEvents(JSON.stringify(envelope));
      const tag = asText(envelope.properties['delivery_tag']);
      const hostname = asText(envelope.headers['hostname']);

      const ours = theirs.map((event) => remade(event, messages, version));

      for (const [index, event] of ours.entries()) {
        expect(almost(withoutFloats(sorted(event)))).toEqual(
          almost(withoutFloats(sorted(theirs[index] ?? new Map()))),
        );
      }
      const isBatch = Buffer.from(envelope.body, 'base64').toString().startsWith('[');
      const written = isBatch
        ? writeEvents(theirs, hostname, tag)
        : writeEvent(theirs[0] ?? new Map(), hostname, tag);
      expect(withoutFloats(parsePythonJson(written.text))).toEqual(
        withoutFloats(parsePythonJson(JSON.stringify(envelope))),
      );
      if (channel.includes('/')) expect(channel.endsWith(`/${written.routingKey}`)).toBe(true);
    }
  });
});

test('the clock goes forward with what is sent and past what is received', () => {
  const clock = createClock();

  expect([
    clock.forward(),
    clock.adjust(10),
    clock.forward(),
    clock.adjust(3),
    clock.value,
  ]).toEqual([1, 11, 12, 13, 13]);
});

const body = (json: string) =>
  JSON.stringify({ body: json, 'content-type': 'application/json', 'content-encoding': 'utf-8' });

test('what is no event is refused', () => {
  for (const text of ['{', body('1'), body('[{"type": 1}]'), body('{}')]) {
    expect(() => readEvents(text)).toThrow(
      expect.objectContaining({ code: 'invalid_celery_message' }),
    );
  }
  expect(() => readTask(readEnvelope(body('{}')))).toThrow(
    expect.objectContaining({ code: 'invalid_celery_message' }),
  );
});
