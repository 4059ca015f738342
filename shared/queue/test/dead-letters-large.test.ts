import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import { defineTask } from '@shared/contracts';
import { startRedis } from '@shared/embedded';
import { createProducer, implement, openDeadLetters, searchJobs, startWorker } from '@shared/queue';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

const MEGABYTE = 1_000_000;
const JOBS = 1_000;

const fail = defineTask({
  name: 'large.fail',
  queue: 'large',
  payload: z.strictObject({ text: z.string() }),
  result: z.null(),
  attempts: 1,
});

/** Pings Redis from a thread of its own, so that only Redis can make it wait. */
const startPinging = async (redisUrl: string) => {
  const told = new Float64Array(new SharedArrayBuffer(16));
  const thread = new Thread(new URL('ping-thread.ts', import.meta.url), {
    workerData: { redisUrl, told },
  });
  await eventually(() => expect(told[0]).toBeGreaterThan(0), { timeoutMs: 30_000 });
  return async () => {
    const [pings = 0, late = Infinity] = told;
    await thread.terminate();
    return { pings, late };
  };
};

test('a page of a thousand jobs of a megabyte each makes no other client of Redis wait', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-large-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const server = opened.use(await startRedis({ directory }));
  const [redisUrl, prefix] = [server.url, 'large'];
  await using producer = createProducer({ redisUrl, prefix });
  const handlers = [
    implement(fail, () => {
      throw new Error('too large to swallow');
    }),
  ];
  await using _worker = await startWorker({
    handlers,
    redisUrl,
    prefix,
    finishedMaxBytes: 4 * JOBS * MEGABYTE,
  });
  const job = await producer.enqueue(fail, { text: 'x'.repeat(MEGABYTE) }, { tags: ['big'] });
  await expect(job.result()).rejects.toThrow('swallow');
  // The rest are copies of the one that really failed.
  const base = '{large}:large:';
  for (let i = 1; i < JOBS; i += 1) {
    const id = `copy-${i}`;
    await producer.redis
      .pipeline()
      .copy(`${base}${job.id}`, `${base}${id}`)
      .zadd(`${base}failed`, Date.now(), id)
      .zadd('{large}:by:tag:big', Date.now(), `large:${id}`)
      .exec();
  }
  await using deadLetters = openDeadLetters({ redisUrl, prefix });

  const stop = await startPinging(redisUrl);
  await producer.redis.config('SET', 'slowlog-log-slower-than', String(50_000));
  await producer.redis.slowlog('RESET');
  const { deadLetters: page } = await deadLetters.list({ queue: 'large' }, { limit: JOBS });
  const { jobs } = await searchJobs(
    { redis: producer.redis, prefix },
    { tag: 'big' },
    { limit: JOBS },
  );
  const { jobs: redriven } = await deadLetters.redrive({ queue: 'large' }, { dryRun: true });
  const { pings, late } = await stop();
  const slow = (await producer.redis.slowlog('GET', 10)) as unknown[];

  expect([page.length, jobs.length, redriven.length]).toEqual([JOBS, JOBS, JOBS]);
  expect(pings).toBeGreaterThan(5);
  // One in twenty may have waited for a busy machine instead.
  expect(late / pings).toBeLessThan(0.05);
  expect(slow).toEqual([]);
});
