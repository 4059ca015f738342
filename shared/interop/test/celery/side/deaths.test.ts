import { setTimeout as sleep } from 'node:timers/promises';
import { currentCelery, eventually, uniquePrefix } from '@shared/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { startOurs, startTheirs } from './processes.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

let celery: CeleryPlace;
const VISIBILITY = { visibility_timeout: 3 };
const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);

beforeAll(async () => {
  celery = await openCelery({ db: 7 });
});

beforeEach(async () => {
  await Promise.all([celery.broker.flushdb(), celery.backend.flushdb()]);
});

afterAll(() => celery?.[Symbol.asyncDispose]());

const settings = (more: object = {}) => {
  const { brokerUrl, backendUrl, redisUrl } = celery;
  const place = { brokerUrl, backendUrl, redisUrl, prefix: uniquePrefix() };
  return { ...place, visibilityTimeout: 3, acksLate: false, ...more };
};

const nothingIsHeld = () =>
  eventually(
    async () => {
      expect(await celery.broker.hlen('unacked')).toBe(0);
      expect(await celery.broker.zcard('unacked_index')).toBe(0);
    },
    { timeoutMs: 30_000 },
  );

test('a worker that is told to stop gives back what it holds, in order', async () => {
  const worker = await celery.worker(HANDLERS, {}, { concurrency: 1, prefix: uniquePrefix() });
  await run(`first = send('proj.sleep', 0.5); others = [send('proj.add', i) for i in range(3)]
later = app.send_task('proj.add', [1], countdown=600)`);
  await eventually(async () => expect(await celery.broker.hlen('unacked')).toBe(4));

  await worker[Symbol.asyncDispose]();

  expect(await run(`first.get(timeout=5)`)).toBe(0.5);
  expect(await celery.broker.hlen('unacked')).toBe(0);
  const left = await celery.broker.lrange('celery', 0, -1);
  const ids = left.map((text) => (JSON.parse(text) as { headers: { id: string } }).headers.id);
  expect(
    ids
      .filter((id) => id !== '')
      .slice(-4)
      .toReversed(),
  ).toEqual(await run(`[*[result.id for result in others], later.id]`));
  expect(JSON.parse(left[0] ?? '')).toMatchObject({
    headers: { redelivered: true },
    properties: { delivery_info: { redelivered: true } },
  });
});

test.for<{ signal: NodeJS.Signals; acksLate: boolean }>([
  { signal: 'SIGKILL', acksLate: false },
  { signal: 'SIGKILL', acksLate: true },
  // Celery's cold shutdown, in which its own workers lose what runs and is acknowledged.
  { signal: 'SIGQUIT', acksLate: false },
])(
  'what a worker that was ended by $signal ran and held is run by another (late: $acksLate)',
  async ({ signal, acksLate }) => {
    const place = settings({ acksLate });
    await using doomed = await startOurs(place);
    await run(`results = [send('proj.sleep', 1 + i / 100) for i in range(10)]`);
    await eventually(async () => expect(await celery.broker.llen('celery')).toBe(0));

    await doomed.end(signal);
    await using _heir = await startOurs(place);

    expect(await run(`[result.get(timeout=50) for result in results]`)).toHaveLength(10);
    await nothingIsHeld();
  },
);

test('Python takes over what a worker of ours held when it died', async () => {
  const found = await currentCelery();
  if ('missing' in found) throw new Error(found.missing);
  await using doomed = await startOurs(settings());
  await run(`first = [send('proj.sleep', 30) for i in range(4)]
held = [send('proj.add', i, 1) for i in range(5)]`);
  await eventually(async () => expect(await celery.broker.hlen('unacked')).toBe(5));
  await doomed.end('SIGKILL');
  await sleep(3_000); // The visibility timeout: nothing tells when it is over.

  const { brokerUrl: broker_url, backendUrl: result_backend } = celery;
  const theirs = { broker_url, result_backend, broker_transport_options: VISIBILITY };
  await using _python = await startTheirs(found, theirs);

  expect(await run(`[result.get(timeout=40) for result in held]`)).toEqual([1, 2, 3, 4, 5]);
});

test('a worker that died while it looked for what is held keeps nobody else from looking', async () => {
  await run(`orphan = send('proj.add', 2, 3)`);
  const message = (await celery.broker.rpop('celery')) ?? '';
  await celery.broker.hset(
    'unacked',
    'its-tag',
    JSON.stringify([JSON.parse(message), '', 'celery']),
  );
  await celery.broker.zadd('unacked_index', 1, 'its-tag');
  await celery.broker.set('unacked_mutex', 'of the dead', 'PX', 300_000);

  await using _worker = await celery.worker(
    HANDLERS,
    { visibilityTimeout: 2 },
    { prefix: uniquePrefix() },
  );

  expect(await run(`orphan.get(timeout=30)`)).toBe(5);
  await nothingIsHeld();
});
