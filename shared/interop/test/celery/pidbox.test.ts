import { describe, expect, test } from 'vitest';
import {
  isAddressed,
  parsePythonJson,
  readEnvelope,
  readRateLimit,
  readReply,
  readRequest,
  workerStats,
  writePythonJson,
  writeReply,
  writeRequest,
} from '../../src/celery/index.ts';
import { answerTo } from './answer-to.ts';
import { controlled, exchangesOf, repliesOf, requestsOf } from './recorded-control.ts';
import { asText, vectors, withoutFloats, type RecordedEnvelope } from './vectors.ts';

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
