import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@shared/embedded';
import { celery as celeryOf } from '@shared/interop';
import { type Attempt, createProducer } from '@shared/queue';
import { eventually, uniquePrefix } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handle, HANDLERS } from './handlers.ts';
import { startOurs } from './processes.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

const PROGRAM = 'crash-serve.ts';

/** No member takes more commands than this from its return to its end. */
const MOST_COMMANDS = 30;

/** What members are sent in, and what follows them is sent to: a queue that nobody serves. */
const SHAPES = {
  chord: {
    members: 2,
    source: `chord([m(1), m(2).on_error(f('proj.err')).set(link=[f('proj.called')])], f('proj.body'))()`,
  },
  chain: { members: 1, source: `chain(m(1).set(link=[f('proj.called')]), f('proj.next'))()` },
} as const;

let celery: CeleryPlace;
let other: Awaited<ReturnType<typeof startRedis>>;
const directory = mkdtempSync(join(tmpdir(), 'follow-ups-'));

beforeAll(async () => {
  celery = await openCelery({ db: 16, resultDb: 16 });
  other = await startRedis({ directory });
});

afterAll(async () => {
  await celery?.[Symbol.asyncDispose]();
  await other?.stop();
  rmSync(directory, { recursive: true });
});

type Case = { shape: keyof typeof SHAPES; servers: 1 | 2; acksLate: boolean };

type Message = { headers: { id: string; task: string } };

test.for<Case>([
  { shape: 'chord', servers: 1, acksLate: true },
  { shape: 'chord', servers: 2, acksLate: true },
  { shape: 'chord', servers: 2, acksLate: false },
  { shape: 'chain', servers: 1, acksLate: true },
  { shape: 'chain', servers: 2, acksLate: true },
])(
  'what follows is sent once, wherever a worker was killed ($shape, $servers server(s), late: $acksLate)',
  { timeout: 300_000 },
  async ({ shape, servers, acksLate }) => {
    const { members, source } = SHAPES[shape];
    const { redisUrl, brokerUrl } = celery;
    const prefix = uniquePrefix();
    const backendUrl = servers === 1 ? celery.backendUrl : other.url;
    await using console = celery.console({ result_backend: backendUrl });
    await using producer = createProducer({ redisUrl, prefix });
    const settings = { brokerUrl, backendUrl, redisUrl, prefix, acksLate };
    const queueOf = (killAt: number) => `${prefix}-${killAt}`;

    const complete = async (queue: string, count: number, signal: AbortSignal) => {
      while ((await producer.queueCounts())[queue]?.complete !== count) {
        await sleep(50, undefined, { signal });
      }
      return 'complete' as const;
    };

    /** Whether the worker was alive when all was recorded. */
    const killedAt = async (killAt: number): Promise<boolean> => {
      const queue = queueOf(killAt);
      await console.run(`
def m(value): return sig('proj.member', value).set(queue='${queue}')
def f(name): return sig(name).set(queue='${queue}-after')
${source}`);
      await using doomed = await startOurs(
        { ...settings, queues: [queue], members, killAt },
        PROGRAM,
      );
      const stop = new AbortController();
      const code = await Promise.race([doomed.gone(), complete(queue, members, stop.signal)]);
      stop.abort();
      return code === 'complete';
    };
    let last = 1;
    while (!(await killedAt(last))) {
      last += 1;
      expect(last).toBeLessThan(MOST_COMMANDS);
    }
    const queues = Array.from({ length: last }, (_, at) => queueOf(at + 1));
    await using _heir = await startOurs({ ...settings, queues, members: 0, killAt: 0 }, PROGRAM);

    await eventually(
      async () => {
        const counts = Object.values(await producer.queueCounts());
        expect(counts.reduce((sum, of) => sum + of.queued + of.in_progress, 0)).toBe(0);
        expect(await celery.broker.hlen('unacked')).toBe(0);
        for (const queue of queues) expect(await celery.broker.llen(queue)).toBe(0);
        for (const queue of queues) {
          const left = await celery.broker.lrange(`${queue}-after`, 0, -1);
          const tasks = left.map((text) => (JSON.parse(text) as Message).headers.task);
          expect([queue, ...tasks.toSorted()]).toEqual([
            queue,
            ...(shape === 'chord' ? ['proj.body', 'proj.called'] : ['proj.called', 'proj.next']),
          ]);
        }
      },
      { timeoutMs: 60_000 },
    );
    // It died before the outcome and before the platform’s record at least, on two servers before each step.
    expect(last).toBeGreaterThan(servers === 1 ? 2 : 4);
  },
);

test('a body or step that a dying worker sent twice runs once, one that is put back runs again', async () => {
  const ran: string[] = [];
  const note = (attempt: Attempt) => {
    const { request, reject } = celeryOf(attempt);
    ran.push(request.id);
    if (request.task === 'proj.back' && !request.deliveryInfo.redelivered) {
      throw reject({ requeue: true });
    }
  };
  const names = ['body', 'next', 'back'];
  const worker = { prefix: uniquePrefix() };
  const handlers = [
    ...HANDLERS,
    ...names.map((name) => handle(name, (_, attempt) => note(attempt))),
  ];
  await using _worker = await celery.worker(handlers, {}, worker);
  const ids = await celery.python.run<string[]>(`
later = {'queue': 'later'}
results = [
  chord([sig('proj.add', 1)], sig('proj.body').set(**later))(),
  chain(sig('proj.add', 1), sig('proj.next').set(**later))(),
  chain(sig('proj.add', 1), sig('proj.back').set(**later))(),
]
[result.id for result in results]`);
  await eventually(async () => expect(await celery.broker.llen('later')).toBe(3));

  const sent = await celery.broker.lrange('later', 0, -1);
  const copies = sent.map((text) => {
    const copy = JSON.parse(text) as { properties: { delivery_tag: string } };
    copy.properties.delivery_tag = randomUUID();
    return JSON.stringify(copy);
  });
  await celery.broker.lpush('celery', ...sent, ...copies);
  await celery.python.run(`[result.get(timeout=30) for result in results]`);
  await celery.python.run(`[send('proj.add', n).get(timeout=30) for n in range(3)]`);

  const [, , back = ''] = ids;
  expect(ran.toSorted()).toEqual([...ids, back].toSorted());
});
