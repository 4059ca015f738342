import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTask } from '@shared/contracts';
import { startRedis } from '@shared/embedded';
import { createProducer, implement, openDeadLetters, searchJobs, startWorker } from '@shared/queue';
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

  await producer.redis.config('SET', 'slowlog-log-slower-than', String(50_000));
  await producer.redis.slowlog('RESET');
  const { deadLetters: page } = await deadLetters.list({ queue: 'large' }, { limit: JOBS });
  const { jobs } = await searchJobs(
    { redis: producer.redis, prefix },
    { tag: 'big' },
    { limit: JOBS },
  );
  const { jobs: redriven } = await deadLetters.redrive({ queue: 'large' }, { dryRun: true });
  const slow = (await producer.redis.slowlog('GET', 10)) as unknown[];

  expect([page.length, jobs.length, redriven.length]).toEqual([JOBS, JOBS, JOBS]);
  expect(slow).toEqual([]);
});
