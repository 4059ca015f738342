import { implement } from '@shared/queue';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { work } from './tasks.ts';
import { untilAborted } from './until-aborted.ts';

test('at its deadline the signal aborts and the attempt fails with a timeout', async () => {
  const { handler, reasons } = untilAborted();
  await using platform = await startPlatform({ handlers: [handler] });

  const job = await platform.enqueue(work, {}, { timeoutMs: 100, attempts: 1 });

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'timeout' });
  expect(reasons).toMatchObject([{ code: 'timeout' }]);
});

test('a handler that ignores its signal fails with a timeout all the same', async () => {
  const deaf = implement({ ...work, killAfterMs: 100 }, () => new Promise<string>(() => {}));
  await using platform = await startPlatform({ handlers: [deaf], shutdownGraceMs: 200 });

  const job = await platform.enqueue(work, {}, { timeoutMs: 100, attempts: 1 });

  await expect(job.result({ timeoutMs: 5_000 })).rejects.toMatchObject({ failureCode: 'timeout' });
});

test('an extended deadline is the one that counts', async () => {
  const slow = implement(work, async (_payload, attempt) => {
    attempt.extendTimeout(5_000);
    await new Promise((resolve) => setTimeout(resolve, 250));
    return 'in time';
  });
  await using platform = await startPlatform({ handlers: [slow] });

  const job = await platform.enqueue(work, {}, { timeoutMs: 100, attempts: 1 });

  await expect(job.result()).resolves.toBe('in time');
});
