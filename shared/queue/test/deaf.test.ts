import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@shared/embedded';
import {
  connectRedis,
  createProducer,
  implement,
  openFleet,
  type Producer,
  startWorker,
} from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { openRedisProxy } from './redis-proxy.ts';
import { add, work } from './tasks.ts';
import { spawnWorker } from './worker-process.ts';

test('a worker whose connections swallow everything opens new ones and goes on', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using proxy = await openRedisProxy(redisUrl);
  await using producer = createProducer({ redisUrl, prefix });
  await using worker = spawnWorker({ redisUrl: proxy.url, prefix, deafAfterMs: 2_000 });
  await worker.says(/^ready/);
  const before = await producer.enqueue(add, { a: 1, b: 1 });
  await expect(before.result()).resolves.toBe(2);

  proxy.freeze();
  const after = await producer.enqueue(add, { a: 2, b: 2 });

  await expect(after.result({ timeoutMs: 15_000 })).resolves.toBe(4);
  await worker.says(/worker is deaf/);
  await worker.says(/fetching comes round again/);
});

test('a worker that stays deaf exits, so that its supervisor starts another', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using proxy = await openRedisProxy(redisUrl);
  await using producer = createProducer({ redisUrl, prefix });
  await using fleet = openFleet({ redisUrl, prefix });
  await using worker = spawnWorker({ redisUrl: proxy.url, prefix, deafAfterMs: 2_000 });
  await worker.says(/^ready/);

  // Whoever fetches on a connection gets no answer on it any more; whoever only asks, does.
  proxy.freezeAfter('eval');

  await expect(worker.ended).resolves.toBe(70);
  expect(worker.lines.filter((line) => line.includes('stays deaf'))).toHaveLength(1);
  await expect(producer.ping()).resolves.toBeUndefined();
  expect(await fleet.workers()).toHaveLength(1); // It had no chance to say goodbye; its key expires.
});

test('a job that was given out in an answer nobody heard waits for no lock to lapse', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using proxy = await openRedisProxy(redisUrl);
  await using producer = createProducer({ redisUrl, prefix });
  await using worker = await startWorker({
    handlers: [implement(work, (_payload, { attempt }) => `attempt ${attempt}`)],
    redisUrl: proxy.url,
    prefix,
    lockMs: 60_000,
  });
  await (await producer.enqueue(work, {})).result();

  proxy.loseAnswerTo(`{${prefix}}:sums:\r\n`);
  const job = await producer.enqueue(work, {});
  await eventually(async () => expect(await job.status()).toBe('in_progress'));
  expect(worker.running()).toBe(0);
  proxy.cut();
  proxy.restore();

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toBe('attempt 1');
});

test.for(['normal', 'pubsub'])(
  'workers survive that all their %s connections are cut',
  async (type) => {
    const directory = await mkdtemp(join(tmpdir(), 'taskyard-cut-'));
    {
      await using redis = await startRedis({ directory });
      const prefix = uniquePrefix();
      await using producer = createProducer({ redisUrl: redis.url, prefix });
      await using fleet = openFleet({ redisUrl: redis.url, prefix });
      const options = { redisUrl: redis.url, prefix, lockMs: 2_000, concurrency: 5 };
      await using first = spawnWorker({ ...options, name: 'first' });
      await using second = spawnWorker({ ...options, name: 'second' });
      await Promise.all([first.says(/^ready/), second.says(/^ready/)]);

      for (let round = 0; round < 10; round += 1) {
        const items = Array.from({ length: 20 }, () => ({ task: work, payload: { label: '20' } }));
        const jobs = await producer.enqueueMany(items);
        await producer.redis.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
        await Promise.all(jobs.map((job) => job.result({ timeoutMs: 15_000 })));
      }

      const replies = await fleet.command('all', { name: 'ping' });
      expect(replies).toMatchObject([
        { worker: 'first', ok: true },
        { worker: 'second', ok: true },
      ]);
      expect([...first.lines, ...second.lines].filter((line) => line.includes('deaf'))).toEqual([]);
    }
    await rm(directory, { recursive: true });
  },
);

test('workers go on with the replica that takes the place of a dead master', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-failover-'));
  {
    await using master = await startRedis({ directory: join(directory, 'master') });
    await using replica = await startRedis({
      directory: join(directory, 'replica'),
      args: ['--replicaof', `127.0.0.1 ${master.port}`, '--repl-diskless-sync-delay', '0'],
    });
    await using proxy = await openRedisProxy(master.url);
    const prefix = uniquePrefix();
    await using producer = createProducer({ redisUrl: proxy.url, prefix });
    const options = { redisUrl: proxy.url, prefix, lockMs: 2_000, concurrency: 5 };
    await using first = spawnWorker({ ...options, name: 'first' });
    await using second = spawnWorker({ ...options, name: 'second' });
    await Promise.all([first.says(/^ready/), second.says(/^ready/)]);
    const items = Array.from({ length: 100 }, () => ({ task: work, payload: { label: '30' } }));
    const jobs = await producer.enqueueMany(items);
    expect(await producer.redis.wait(1, 10_000)).toBe(1);

    await master.kill();
    proxy.cut();
    const promoting = connectRedis({ url: replica.url });
    await promoting.call('REPLICAOF', 'NO', 'ONE');
    promoting.disconnect();
    proxy.restore(replica.url);

    const results = await Promise.all(jobs.map((job) => job.result({ timeoutMs: 15_000 })));
    expect(new Set(results)).toEqual(new Set(['first', 'second']));
    await using fleet = openFleet({ redisUrl: proxy.url, prefix });
    expect((await fleet.command('all', { name: 'ping' })).map(({ ok }) => ok)).toEqual([
      true,
      true,
    ]);
  }
  await rm(directory, { recursive: true });
});

/** Enqueues without a pause, and notes what was accepted; Redis may be away at any moment. */
const enqueueAllTheTime = (producer: Producer, signal: AbortSignal) => {
  const accepted: string[] = [];
  const run = async () => {
    while (!signal.aborted) {
      try {
        accepted.push((await producer.enqueue(work, { label: '15' })).id);
        await sleep(5);
      } catch {
        await sleep(20); // Not accepted: the caller knows, and nothing is lost.
      }
    }
  };
  return { accepted, ended: run() };
};

test(
  'twenty restarts of Redis under load lose nothing and leave no worker deaf',
  { timeout: 240_000 },
  async () => {
    const RESTARTS = 20;
    const directory = await mkdtemp(join(tmpdir(), 'taskyard-restarts-'));
    // Durable to the last command: what Redis has acknowledged it must still know after a crash.
    const durable = { directory, appendOnly: true, args: ['--appendfsync', 'always'] };
    let redis = await startRedis(durable);
    const { port, url } = redis;
    const prefix = uniquePrefix();
    {
      await using producer = createProducer({ redisUrl: url, prefix });
      const options = { redisUrl: url, prefix, lockMs: 3_000, concurrency: 5 };
      await using first = spawnWorker({ ...options, name: 'first' });
      await using second = spawnWorker({ ...options, name: 'second' });
      const workers = [first, second];
      await Promise.all(workers.map((worker) => worker.says(/^ready/)));
      const load = new AbortController();
      const { accepted, ended } = enqueueAllTheTime(producer, load.signal);
      const starts = () =>
        workers.map(({ lines }) => lines.filter((line) => line.startsWith('started')).length);

      for (let restart = 1; restart <= RESTARTS; restart += 1) {
        await (restart % 2 === 0 ? redis.kill() : redis.stop());
        redis = await startRedis({ ...durable, port });
        const before = starts();
        // Each worker takes jobs again, not only one of them.
        await eventually(
          () => {
            for (const [i, now] of starts().entries()) expect(now).toBeGreaterThan(before[i] ?? 0);
          },
          { timeoutMs: 15_000 },
        );
      }
      load.abort();
      await ended;

      expect(accepted.length).toBeGreaterThan(RESTARTS);
      await eventually(
        async () => {
          const { sums } = await producer.queueCounts();
          expect(sums).toMatchObject({ queued: 0, scheduled: 0, in_progress: 0, failed: 0 });
        },
        { timeoutMs: 30_000, everyMs: 200 },
      );
      const done = new Set(await producer.redis.lrange(`{${prefix}}:done`, '0', '-1'));
      expect(accepted.filter((id) => !done.has(id))).toEqual([]);
      const statuses = await Promise.all(
        accepted.map(async (id) => (await producer.jobById(id)).status()),
      );
      expect(new Set(statuses)).toEqual(new Set(['complete']));
      const lines = workers.flatMap((worker) => worker.lines);
      expect(lines.filter((line) => line.includes('deaf'))).toEqual([]);
      for (const worker of workers) worker.signal('SIGTERM');
      expect(await Promise.all(workers.map((worker) => worker.ended))).toEqual([0, 0]);
    }
    await redis.stop();
    await rm(directory, { recursive: true });
  },
);
