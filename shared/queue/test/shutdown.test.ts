import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@shared/embedded';
import { createProducer, implement, startWorker } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { other, work } from './tasks.ts';
import { spawnWorker, type WorkerProcess } from './worker-process.ts';

/** How long a worker takes from SIGTERM to its end, ms. */
const timeToEnd = async (worker: WorkerProcess) => {
  const before = Date.now();
  worker.signal('SIGTERM');
  await expect(worker.ended).resolves.toBe(0);
  return Date.now() - before;
};

/** How many jobs it has begun. */
const startedBy = ({ lines }: WorkerProcess) =>
  lines.filter((line) => line.startsWith('started')).length;

/** Handlers that answer with the name of their worker. */
const telling = (name: string) => [implement(work, () => name), implement(other, () => name)];

const enqueueWork = (
  producer: ReturnType<typeof createProducer>,
  count: number,
  label: (i: number) => string,
) =>
  producer.enqueueMany(
    Array.from({ length: count }, (_, i) => ({ task: work, payload: { label: label(i) } })),
  );

test('the grace holds with 50 running jobs that hear no signal, and they go back untouched', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = createProducer({ redisUrl, prefix });
  await using worker = spawnWorker({ redisUrl, prefix, concurrency: 50, shutdownGraceMs: 2_000 });
  const jobs = await enqueueWork(producer, 50, () => '60000');
  await eventually(() => expect(startedBy(worker)).toBe(50));

  const took = await timeToEnd(worker);

  expect(took).toBeGreaterThan(1_500);
  expect(took).toBeLessThan(3_000);
  const records = await Promise.all(jobs.map((job) => job.record()));
  expect(records.every(({ status, attempts }) => status === 'queued' && attempts === 0)).toBe(true);
  await expect(producer.queueCounts()).resolves.toMatchObject({ sums: { workers: 0 } });
});

test('the grace holds while Redis hangs', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-hung-'));
  await using redis = await startRedis({ directory });
  const prefix = uniquePrefix();
  const producer = createProducer({ redisUrl: redis.url, prefix });
  await using worker = spawnWorker({
    redisUrl: redis.url,
    prefix,
    concurrency: 50,
    shutdownGraceMs: 2_000,
  });
  await enqueueWork(producer, 50, () => '100');
  await worker.says(/^started/);
  await producer[Symbol.asyncDispose]();

  process.kill(redis.pid, 'SIGSTOP');
  const took = await timeToEnd(worker);
  process.kill(redis.pid, 'SIGCONT');

  expect(took).toBeLessThan(3_000);
  await rm(directory, { recursive: true });
});

test('a worker without jobs is gone at once', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using worker = spawnWorker({ redisUrl, prefix, shutdownGraceMs: 20_000 });
  await worker.says(/^ready/);

  await expect(timeToEnd(worker)).resolves.toBeLessThan(2_000);
});

test('a job known to take longer than the grace is handed back at once', async () => {
  const prefix = uniquePrefix();
  await using platform = await startPlatform({ handlers: [implement(other, () => '')] });
  const { redisUrl } = platform;
  await using producer = createProducer({ redisUrl, prefix });
  // Ten thousand milliseconds each, as other workers have learned.
  await producer.redis.hset(`{${prefix}}:run-times`, 'sums.work', '54:100');
  const started = Promise.withResolvers<void>();
  const long = implement(work, async (_payload, { signal }) => {
    started.resolve();
    await sleep(60_000, undefined, { signal });
    return '';
  });
  const worker = await startWorker({
    handlers: [long],
    redisUrl,
    prefix,
    shutdownGraceMs: 4_000,
  });
  const job = await producer.enqueue(work, {});
  await started.promise;

  const before = Date.now();
  await worker[Symbol.asyncDispose]();

  expect(Date.now() - before).toBeLessThan(1_500);
  await expect(job.record()).resolves.toMatchObject({ status: 'queued', attempts: 0 });
});

test('what would not end before the deadline is left to others, untouched', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = createProducer({ redisUrl, prefix });
  // In quarters of a doubling: 8,192 ms, as other workers have learned, and 4 ms.
  await producer.redis.hset(`{${prefix}}:run-times`, {
    'sums.work': '52:50',
    'others.work': '8:50',
  });
  await using leaving = await startWorker({
    redisUrl,
    prefix,
    handlers: telling('leaving'),
    deadlineAt: new Date(Date.now() + 8_200),
    onShutdown: () => {},
  });

  const long = await producer.enqueue(work, {});
  const short = await producer.enqueue(other, { label: 'short' });

  await expect(short.result()).resolves.toBe('leaving');
  await expect(long.record()).resolves.toMatchObject({ status: 'queued', attempts: 0 });
  await expect(leaving.health()).resolves.toEqual({ ok: true });
  // It was looked at once, not over and over.
  await expect(producer.redis.hget(`{${prefix}}:sums:${long.id}`, 'ats')).resolves.toBe('1');
  await using _staying = await startWorker({ redisUrl, prefix, handlers: telling('staying') });
  await expect(long.result({ timeoutMs: 2_000 })).resolves.toBe('staying');
});

test('what a worker learned of its tasks outlives it', async () => {
  await using platform = await startPlatform({ handlers: [implement(work, () => '')] });
  const jobs = await enqueueWork(platform.producer, 10, String);
  await Promise.all(jobs.map((job) => job.result()));

  await platform.worker[Symbol.asyncDispose]();

  const learned = await platform.producer.redis.hget(`{${platform.prefix}}:run-times`, 'sums.work');
  const counts = (learned ?? '').split(' ').map((pair) => Number(pair.split(':')[1]));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10);
});

test('a worker with a deadline leaves its grace before it', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using worker = spawnWorker({ redisUrl, prefix, lifetimeMs: 3_000, shutdownGraceMs: 1_500 });
  await worker.says(/^ready/);
  const before = Date.now();

  await expect(worker.ended).resolves.toBe(0);

  expect(Date.now() - before).toBeLessThan(3_000);
});

test(
  'deploys all the time lose nothing, spend no attempt and repeat nothing',
  { timeout: 120_000 },
  async () => {
    const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
    await using producer = createProducer({ redisUrl, prefix });
    const ended: Promise<number | NodeJS.Signals>[] = [];
    await using open = new AsyncDisposableStack();
    const start = async () => {
      const options = { redisUrl, prefix, concurrency: 6, shutdownGraceMs: 2_000 };
      const started = open.use(spawnWorker(options));
      await started.says(/^ready/);
      return started;
    };
    const stop = (worker: WorkerProcess) => {
      worker.signal('SIGTERM');
      ended.push(worker.ended);
    };

    const jobs: Awaited<ReturnType<typeof enqueueWork>> = [];
    let current = await start();
    for (let deploy = 1; deploy <= 8; deploy += 1) {
      jobs.push(...(await enqueueWork(producer, 60, (i) => String(50 + ((i * 37) % 250)))));
      const successor = await start();
      stop(current);
      current = successor;
    }
    await Promise.all(jobs.map((job) => job.result({ timeoutMs: 60_000 })));
    stop(current);

    expect(new Set(await Promise.all(ended))).toEqual(new Set([0]));
    const done = await producer.redis.lrange(`{${prefix}}:done`, '0', '-1');
    expect(done).toHaveLength(jobs.length);
    expect(new Set(done)).toEqual(new Set(jobs.map(({ id }) => id)));
    const records = await Promise.all(jobs.map((job) => job.record()));
    expect(records.filter(({ status }) => status !== 'complete')).toEqual([]);
    expect(records.filter(({ attempts }) => attempts !== 1)).toEqual([]);
  },
);
