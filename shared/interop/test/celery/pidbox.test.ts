import { describe, expect, test } from 'vitest';
import {
  controlAnswer,
  isAddressed,
  missingArguments,
  parsePythonJson,
  queueInfo,
  readEnvelope,
  readRateLimit,
  readReply,
  readRequest,
  registeredInfo,
  scheduledInfo,
  taskInfo,
  unknownCommand,
  workerStats,
  writePythonJson,
  writeReply,
  writeRequest,
  type ControlRequest,
  type TaskMessage,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import { pushedTasks } from './recording.ts';
import { vectors, withoutFloats, type RecordedEnvelope, type Vector } from './vectors.ts';

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

type Exchange = { request: ControlRequest; replies: Map<string, PickleValue>[] };

const recordedIn = (
  vector: Vector,
  key: (key: string, command: string) => boolean,
): RecordedEnvelope[] =>
  vector.recorded.flatMap(({ cmd, args: [name, value] }) =>
    typeof name === 'string' && key(name, cmd) && typeof value === 'object' && 'envelope' in value
      ? [value.envelope]
      : [],
  );

const requestsOf = (vector: Vector) =>
  recordedIn(vector, (key, cmd) => cmd === 'PUBLISH' && key.endsWith('celery.pidbox'));

const repliesOf = (vector: Vector) =>
  recordedIn(vector, (key, cmd) => cmd === 'LPUSH' && key.includes('reply.celery.pidbox'));

const controlled = vectors.filter((vector) => requestsOf(vector).length > 0);

const body = (json: string) => parsePythonJson(Buffer.from(json, 'base64').toString());

const same = (text: string, envelope: RecordedEnvelope) => {
  const written = readEnvelope(text);
  expect(withoutFloats(body(written.body))).toEqual(withoutFloats(body(envelope.body)));
  const { body: _, ...rest } = envelope;
  const whole = parsePythonJson(text);
  if (whole instanceof Map) whole.delete('body');
  expect(inMs(withoutFloats(whole))).toEqual(
    inMs(withoutFloats(parsePythonJson(JSON.stringify(rest)))),
  );
};

/** We keep times to the millisecond. */
const inMs = (value: unknown): unknown => {
  if (value instanceof Map) return new Map(Array.from(value, ([key, part]) => [key, inMs(part)]));
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
};

describe('requests and replies are read and written as Python does', () => {
  test.for(controlled)('$name', (vector) => {
    for (const envelope of requestsOf(vector)) {
      const tag = asText(envelope.properties['delivery_tag']);

      same(writeRequest(readRequest(JSON.stringify(envelope)), tag), envelope);
    }
    for (const envelope of repliesOf(vector)) {
      const { ticket, clock, answers } = readReply(JSON.stringify(envelope));
      const [[nodename, result] = ['', null]] = [...answers];
      const routingKey = (envelope.properties['delivery_info'] as { routing_key: string })
        .routing_key;
      const tag = asText(envelope.properties['delivery_tag']);

      same(
        writeReply({ ticket, exchange: '', routingKey }, { nodename, result, clock, tag }),
        envelope,
      );
    }
  });
});

const exchangesOf = (vector: Vector): Exchange[] => {
  const replies = repliesOf(vector).map((envelope) => readReply(JSON.stringify(envelope)));
  return requestsOf(vector)
    .map((envelope) => readRequest(JSON.stringify(envelope)))
    .map((request) => ({
      request,
      replies: replies
        .filter(({ ticket }) => ticket === request.reply?.ticket)
        .map(({ answers }) => answers),
    }));
};

/** What we would answer, from what the recorded answer says about the worker; undefined for its own facts. */
const answerTo = (request: ControlRequest, theirs: PickleValue, vector: Vector): unknown => {
  const { method, arguments: args } = request;
  const text = theirs instanceof Map ? asText(theirs.get('ok') ?? theirs.get('error')) : '';
  const argument = (name: string) => args.get(name) as string;
  if (text.includes('missing'))
    return missingArguments(
      method,
      (text.match(/'(\w+)'/g) ?? []).map((name) => name.slice(1, -1)),
    );
  if (text === "KeyError('no_such_command')") return unknownCommand(method);
  if (text === 'unknown task') return controlAnswer.unknownTask();
  switch (method) {
    case 'ping':
      return controlAnswer.pong();
    case 'revoke':
      return answerRevoke(text, args.get('task_id') ?? null, vector.release);
    case 'revoke_by_stamped_headers':
      return answerStamps(text, args.get('headers') ?? null, theirs);
    case 'rate_limit': {
      const limit = readRateLimit(args.get('rate_limit') ?? null);
      if (!limit.ok) return limit.answer;
      return limit.perSecond === null ? controlAnswer.rateLimitOff() : controlAnswer.rateLimitSet();
    }
    case 'time_limit':
      return controlAnswer.timeLimitsSet();
    case 'pool_grow':
      return text.includes('autoscale')
        ? controlAnswer.poolGrowWithAutoscale()
        : controlAnswer.poolGrow();
    case 'pool_shrink':
      return text.includes('autoscale')
        ? controlAnswer.poolShrinkWithAutoscale()
        : controlAnswer.poolShrink();
    case 'autoscale':
      return text.startsWith('ValueError')
        ? controlAnswer.autoscaleOff()
        : controlAnswer.autoscale(Number(args.get('max')), Number(args.get('min')));
    case 'pool_restart':
      return controlAnswer.poolRestartOff();
    case 'add_consumer':
      return controlAnswer.consumerAdded(argument('queue'));
    case 'cancel_consumer':
      return controlAnswer.consumerCancelled(argument('queue'));
    case 'enable_events':
      return controlAnswer.eventsEnabled(text.includes('already'));
    case 'disable_events':
      return controlAnswer.eventsDisabled(text.includes('already'));
    case 'clock':
      return controlAnswer.clock(Number((theirs as Map<string, PickleValue>).get('clock')));
    case 'active_queues':
      return (theirs as Map<string, PickleValue>[]).map((queue) => remakeQueue(queue, vector));
    case 'active':
    case 'reserved':
      return (theirs as Map<string, PickleValue>[]).map((info) =>
        remakeInfo(info, vector, args.get('safe') === true),
      );
    case 'scheduled':
      return (theirs as Map<string, PickleValue>[]).map((item) => {
        const info = item.get('request') as Map<string, PickleValue>;
        const facts = factsOf(info, vector);
        if (facts.message === undefined) return item; // Sent before the recording began.
        return scheduledInfo({
          ...facts,
          etaMs: facts.message.eta?.epochMs ?? 0,
        });
      });
    case 'registered':
      return (theirs as string[]).map((shown) => {
        const [, name = '', attributes = ''] = /^(\S+)(?: \[(.*)\])?$/.exec(shown) ?? [];
        const pairs = attributes
          .split(' ')
          .filter(Boolean)
          .map((pair) => pair.split('=') as [string, string]);
        return registeredInfo(name, new Map(pairs));
      });
    default:
      return undefined;
  }
};

const remakeQueue = (queue: Map<string, PickleValue>, vector: Vector) => {
  const exchange = queue.get('exchange') as Map<string, PickleValue>;
  const item = queueInfo({
    queue: queue.get('name') as string,
    exchange: exchange.get('name') as string,
    exchangeType: exchange.get('type') as string,
    routingKey: queue.get('routing_key') as string,
  });
  // A queue that was added by name has no arguments of its own in one release and empty ones in another.
  return {
    ...item,
    durable: queue.get('durable'),
    auto_delete: queue.get('auto_delete'),
    vector: vector.release,
  };
};

const answerRevoke = (text: string, ids: PickleValue, release: Vector['release']) => {
  const list = (Array.isArray(ids) ? ids : [ids]) as string[];
  if (text.startsWith('tasks')) return controlAnswer.revoked(list, release);
  if (text === 'terminate: tasks unknown') return controlAnswer.terminated([]);
  return controlAnswer.terminated(list);
};

const answerStamps = (text: string, headers: PickleValue, theirs: PickleValue) => {
  if (text.includes('but not')) return controlAnswer.headersRevoked(headers);
  if (text.includes('were not')) return controlAnswer.headersNotTerminated(headers);
  return theirs;
};

const factsOf = (info: Map<string, PickleValue>, vector: Vector) => {
  const message = pushedTasks(vector).find(({ message }) => message?.id === info.get('id'))
    ?.message as TaskMessage; // Undefined for one from before the recording.
  const started = info.get('time_start') ?? null;
  return {
    message,
    nodename: info.get('hostname') as string,
    startedMs: started === null ? null : Number(withoutFloats(started)) * 1000,
    isAcknowledged: info.get('acknowledged') === true,
    pid: (info.get('worker_pid') ?? null) as number | null,
  };
};

const remakeInfo = (info: Map<string, PickleValue>, vector: Vector, isSafe: boolean) => {
  const facts = factsOf(info, vector);
  return facts.message === undefined ? info : taskInfo({ ...facts, isSafe });
};

/** Sets have an order of their own in Python; 5.2 says null where 5.6 says false. */
const plain = (value: unknown, release: string): unknown => {
  if (typeof value === 'string') {
    return value.startsWith('tasks ')
      ? value
          .split(/[{} ]|, /)
          .map((word) => word.replace(',', ''))
          .sort()
          .join()
      : value;
  }
  if (Array.isArray(value)) return value.map((part) => plain(part, release));
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as Map<string, unknown>)]
        .filter(
          ([key]) =>
            key !== 'vector' &&
            !(key === 'redelivered' && release === '5.2') &&
            key !== 'time_start',
        )
        .map(([key, part]) => [key, plain(part, release)]),
    );
  }
  return value;
};

const OWN_FACTS = new Set([
  'conf',
  'report',
  'stats',
  'revoked',
  'memsample',
  'hello',
  'query_task',
  'heartbeat',
  'memdump',
]);

describe('what Python answered, we answer', () => {
  test.for(controlled)('$name', (vector) => {
    for (const { request, replies } of exchangesOf(vector)) {
      for (const answers of replies) {
        for (const [, theirs] of answers) {
          const ours = answerTo(request, theirs, vector);
          if (ours === undefined) {
            expect(OWN_FACTS).toContain(request.method);
            continue;
          }
          const written = withoutFloats(parsePythonJson(writePythonJson(ours)));
          expect(plain(written, vector.release)).toEqual(
            plain(withoutFloats(theirs), vector.release),
          );
        }
      }
    }
  });
});

test('stats have the shape that Flower reads', () => {
  const vector = vectors.find(({ name }) => name === 'inspect-stats.5.6.3');
  const reply = vector?.noted['reply'] as Record<string, Record<string, unknown>>;
  const theirs = Object.values(reply)[0] ?? {};

  const ours = workerStats({
    total: {},
    pid: 1,
    clock: 2,
    uptime: 3,
    concurrency: 2,
    processes: [4, 5],
    written: 0,
    broker: { hostname: 'h', userid: null, port: 6379, virtualHost: '0', ssl: false },
    prefetchCount: 8,
    resources: process.resourceUsage(),
  });

  for (const part of ['pool', 'broker', 'rusage'] as const) {
    expect(Object.keys(ours[part]).sort()).toEqual(Object.keys(theirs[part] as object).sort());
  }
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
});

test.for([
  { to: {}, node: 'a@h', is: true },
  { to: { destination: [] }, node: 'a@h', is: true },
  { to: { destination: ['b@h', 'a@h'] }, node: 'a@h', is: true },
  { to: { destination: ['b@h'], pattern: '*', matcher: 'glob' }, node: 'a@h', is: false },
  { to: { pattern: '*@h', matcher: 'glob' }, node: 'a@h', is: true },
  { to: { pattern: '[ab]@?', matcher: 'glob' }, node: 'b@h', is: true },
  { to: { pattern: '[!ab]@h', matcher: 'glob' }, node: 'b@h', is: false },
  { to: { pattern: 'a.c@h', matcher: 'glob' }, node: 'abc@h', is: false },
  { to: { pattern: 'w.*@h', matcher: 'pcre' }, node: 'w1@host', is: true },
  { to: { pattern: '1@h', matcher: 'pcre' }, node: 'w1@host', is: false },
  { to: { pattern: '(', matcher: 'pcre' }, node: 'w1@host', is: false },
  { to: { pattern: '(a+)+$', matcher: 'pcre' }, node: 'a'.repeat(40), is: false },
])('$to for $node: $is', ({ to, node, is }) => {
  const request = { destination: null, pattern: null, matcher: null, ...to };

  expect(isAddressed(request, node)).toBe(is);
});

test.for([
  ['10/s', 10],
  ['30/m', 0.5],
  ['36/h', 0.01],
  ['7', 7],
  [3, 3],
  [0, null],
  [null, null],
  ['0/m', null],
] as const)('the rate limit %s is %s per second', ([text, perSecond]) => {
  expect(readRateLimit(text)).toMatchObject({ ok: true, perSecond });
});
