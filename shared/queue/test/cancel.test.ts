import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { work } from './tasks.ts';
import { untilAborted } from './until-aborted.ts';

test.for([{ delayMs: 60_000 }, { delayMs: 0 }])(
  'a job that has not started is cancelled for good ($delayMs ms delay)',
  async ({ delayMs }) => {
    const { handler } = untilAborted();
    await using platform = await startPlatform({
      handlers: [handler],
      concurrency: 1,
      shutdownGraceMs: 200,
    });
    const busy = await platform.enqueue(work, {});
    await eventually(async () => expect(await busy.status()).toBe('in_progress'));
    const job = await platform.enqueue(work, {}, { delayMs });

    await expect(job.cancel('changed my mind')).resolves.toBe(true);

    await expect(job.record()).resolves.toMatchObject({
      status: 'cancelled',
      error: { code: 'cancelled', message: 'changed my mind' },
    });
    await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
    await expect(job.cancel()).resolves.toBe(false);
  },
);

test('a running job is cancelled on whichever worker has it, and not tried again', async () => {
  const { handler, started, reasons } = untilAborted();
  await using platform = await startPlatform({ handlers: [handler] });
  await platform.startWorker();
  const job = await platform.enqueue(work, {}, { attempts: 5 });
  await started;

  await expect(job.cancel('enough')).resolves.toBe(true);

  await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
  await expect(job.record()).resolves.toMatchObject({ status: 'cancelled', attempts: 1 });
  expect(reasons).toMatchObject([{ code: 'cancelled' }]);
});

test('a cancellation missed by a cut connection is caught up with', async () => {
  const { handler, started } = untilAborted();
  await using platform = await startPlatform({ handlers: [handler] });
  const job = await platform.enqueue(work, {});
  await started;
  const { redis } = platform.producer;
  // The mark that a command leaves, without the command: what a worker sees that was cut off.
  await redis.hset(`{${platform.prefix}}:sums:${job.id}`, 'cancelled', 'while you were away');

  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');

  await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
});
