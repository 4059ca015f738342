import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chain, defineTask } from '@shared/contracts';
import { startRedis } from '@shared/embedded';
import {
  createProducer,
  implement,
  openQueue,
  type PayloadStore,
  sweepPayloads,
} from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { keepByteBudget } from '../src/retention/byte-budget.ts';
import { scriptsOf } from '../src/engine/scripts.ts';
import { keysOf } from '../src/keys.ts';
import { work } from './tasks.ts';

const echo = defineTask({
  name: 'texts.echo',
  queue: 'texts',
  payload: z.strictObject({ text: z.string() }),
  result: z.string(),
  attempts: 1,
});

/** Object storage in a Map, which tells what was put into it. */
const createStore = () => {
  const values = new Map<string, Uint8Array>();
  const store: PayloadStore = {
    put: async (key, value) => void values.set(key, value),
    get: async (key) => {
      const value = values.get(key);
      if (value === undefined) throw new Error(`nothing is stored under ${key}`);
      return value;
    },
    delete: async (key) => void values.delete(key),
  };
  return { store, values };
};

const large = 'x'.repeat(200_000);

test('large payloads and results go to object storage and back, unseen by the handler', async () => {
  const { store, values } = createStore();
  const seen: number[] = [];
  const handler = implement(echo, ({ text }) => {
    seen.push(text.length);
    return text;
  });
  await using platform = await startPlatform({ handlers: [handler], payloadStore: store });
  await using producer = createProducer({
    redisUrl: platform.redisUrl,
    prefix: platform.prefix,
    payloadStore: store,
  });

  const job = await producer.enqueue(echo, { text: large }, { keepResultMs: 60_000 });

  await expect(job.result()).resolves.toBe(large);
  expect(seen).toEqual([200_000]);
  expect(values.size).toBe(2);
  const stored = await producer.redis.memory('USAGE', `{${platform.prefix}}:texts:${job.id}`);
  expect(stored).toBeLessThan(5_000);
});

test('what a job has in object storage leaves with it', async () => {
  const { store, values } = createStore();
  const handler = implement(echo, ({ text }) => text);
  await using platform = await startPlatform({ handlers: [handler], payloadStore: store });
  await using producer = createProducer({
    redisUrl: platform.redisUrl,
    prefix: platform.prefix,
    payloadStore: store,
  });

  const job = await producer.enqueue(echo, { text: large }, { keepResultMs: 10 });
  await eventually(async () => expect(await job.status().catch(() => 'gone')).toBe('gone'));

  await eventually(() => expect(values.size).toBe(0), { timeoutMs: 15_000 });
});

test('what nobody said that it is gone leaves object storage a day later, and nothing else does', async () => {
  const { store, values } = createStore();
  const handler = implement(echo, ({ text }) => text);
  await using platform = await startPlatform({ handlers: [handler], payloadStore: store });
  const { redisUrl, prefix } = platform;
  await using producer = createProducer({ redisUrl, prefix, payloadStore: store });
  const { redis } = producer;
  const later = { delayMs: 60_000 };
  await producer.enqueue(echo, { text: large }, { ...later, id: 'waits' });
  const done = await producer.enqueue(echo, { text: large }, { id: 'done' });
  await done.result();
  for (const id of ['removed', 'cleaned']) {
    await producer.enqueue(echo, { text: large }, { ...later, id });
  }
  const queue = openQueue('texts', { redis, prefix });
  await (await queue.getJob('removed'))?.remove();
  await queue.clean(0, 1, 'delayed'); // One of the two that are left, the oldest.
  await queue.close();
  const sweep = (now: number) => sweepPayloads({ redis, prefix, payloadStore: store, now });
  const stored = values.size;

  const early = await sweep(Date.now());
  const removed = await sweep(Date.now() + 86_400_000);
  const again = await sweep(Date.now() + 86_400_000);

  expect([stored, early, removed, again]).toEqual([5, 0, 2, 0]);
  expect(values.size).toBe(3); // Payload and result of the one that is done, payload of one that waits.
  await expect(done.result()).resolves.toBe(large);
});

test('a large payload of a flow goes to object storage', async () => {
  const { store, values } = createStore();
  const handler = implement(echo, ({ text }) => `${text.length}`);
  await using platform = await startPlatform({ handlers: [handler], payloadStore: store });
  const { redisUrl, prefix } = platform;
  await using producer = createProducer({ redisUrl, prefix, payloadStore: store });

  const flow = await producer.enqueueFlow(
    chain(echo.s({ text: large }), echo.s({}, { input: 'text' })),
    { tasks: [echo] },
  );

  await expect(flow.result()).resolves.toBe('6');
  expect(values.size).toBe(1);
});

test('a large result is passed on along a chain', async () => {
  const { store } = createStore();
  const handler = implement(echo, ({ text }) => text);
  await using platform = await startPlatform({ handlers: [handler], payloadStore: store });
  await using producer = createProducer({
    redisUrl: platform.redisUrl,
    prefix: platform.prefix,
    payloadStore: store,
  });

  const flow = await producer.enqueueFlow(
    chain(echo.s({ text: large }), echo.s({}, { input: 'text' })),
    {
      tasks: [echo],
    },
  );

  await expect(flow.result()).resolves.toBe(large);
});

test('a duplicate leaves the first one its payload, and nothing of its own', async () => {
  const { store, values } = createStore();
  await using producer = createProducer({
    redisUrl: testRedisUrl(),
    prefix: uniquePrefix(),
    payloadStore: store,
  });

  await producer.enqueue(echo, { text: large }, { id: 'one' });
  const second = await producer.enqueue(echo, { text: `${large}!` }, { id: 'one' });

  expect(second.duplicate).toBe(true);
  expect(values.size).toBe(1);
  expect([...values.values()][0]?.length).toBeLessThan(200_020);
});

test('finished jobs keep within their bytes: the oldest complete ones leave first', async () => {
  const handler = implement(work, () => 'y'.repeat(2_000));
  await using platform = await startPlatform({ handlers: [handler], concurrency: 20 });
  const jobs = await platform.producer.enqueueMany(
    Array.from({ length: 300 }, () => ({ task: work, payload: {} })),
  );
  await Promise.all(jobs.map((job) => job.result()));
  const { redis } = platform.producer;
  const keys = keysOf(platform.prefix);

  const removed = await keepByteBudget({ redis, scripts: scriptsOf(redis), keys }, 'sums', 200_000);

  const left = await redis.zcard(`{${platform.prefix}}:sums:completed`);
  expect(removed + left).toBe(300);
  expect(left).toBeGreaterThan(20);
  expect(left).toBeLessThan(110);
  await expect(jobs.at(-1)?.status()).resolves.toBe('complete');
  await expect(jobs[0]?.status()).rejects.toMatchObject({ code: 'job_not_found' });
});

test('near its memory limit Redis takes no more jobs, and the workers go on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-full-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const redis = opened.use(
    await startRedis({
      directory,
      args: ['--maxmemory', '8mb', '--maxmemory-policy', 'noeviction'],
    }),
  );
  const producer = opened.use(createProducer({ redisUrl: redis.url, prefix: 'full' }));

  const filling = (async () => {
    for (let i = 0; i < 4_000; i += 1) await producer.enqueue(work, { label: 'z'.repeat(20_000) });
  })();

  await expect(filling).rejects.toMatchObject({ code: 'queue_full', retryable: true });
  // Redis itself still writes: what the workers need was left to them.
  await expect(producer.redis.set('still', 'writes')).resolves.toBe('OK');
});

test('event streams stay short and hold no results', async () => {
  const secret = 'result-that-must-not-be-kept-twice';
  const handler = implement(work, () => secret);
  await using platform = await startPlatform({ handlers: [handler], concurrency: 50 });
  const jobs = await platform.producer.enqueueMany(
    Array.from({ length: 5_000 }, () => ({ task: work, payload: {} })),
  );
  await Promise.all(jobs.map((job) => job.result({ timeoutMs: 60_000 })));
  const events = `{${platform.prefix}}:sums:events`;

  const { redis } = platform.producer;
  const length = await redis.xlen(events);
  const last = JSON.stringify(await redis.xrevrange(events, '+', '-', 'COUNT', 2_000));

  expect(length).toBeLessThan(11_000);
  expect(last).not.toContain(secret);
}, 90_000);
