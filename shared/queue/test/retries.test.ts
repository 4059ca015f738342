import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { work } from './tasks.ts';

test('an error that says it is not retryable ends the job at once', async () => {
  class BadAddressError extends Error {
    readonly code = 'bad_address';
    readonly retryable = false;
  }
  const fail = implement(work, () => {
    throw new BadAddressError('no such mailbox');
  });
  await using platform = await startPlatform({ handlers: [fail] });

  const job = await platform.enqueue(work, {}, { attempts: 5 });

  await expect(job.result()).rejects.toMatchObject({
    code: 'job_failed',
    failureCode: 'bad_address',
  });
  await expect(job.record()).resolves.toMatchObject({
    status: 'failed',
    attempts: 1,
    error: { code: 'bad_address', retryable: false },
  });
});

test('a wait that an error asks for is kept', async () => {
  const times: number[] = [];
  const limited = implement(work, () => {
    times.push(Date.now());
    if (times.length === 1) throw Object.assign(new Error('slow down'), { retryAfterMs: 250 });
    return 'done';
  });
  await using platform = await startPlatform({ handlers: [limited] });

  const job = await platform.enqueue(work, {});
  await job.result();

  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(250);
});

test('a job that is retried on request only is not tried again after an error', async () => {
  const handler = implement(work, (_payload, attempt) => {
    if (attempt.attempt === 1) throw attempt.retryIn(1);
    throw new Error('no more');
  });
  await using platform = await startPlatform({ handlers: [handler] });

  const job = await platform.enqueue(work, {}, { attempts: 5, retryOn: 'request' });

  await expect(job.result()).rejects.toThrow('no more');
  expect((await job.record()).attempts).toBe(2);
});

test('retryIn uses up an attempt and sets the wait', async () => {
  const times: number[] = [];
  const again = implement(work, (_payload, attempt) => {
    times.push(Date.now());
    if (attempt.attempt === 1) throw attempt.retryIn(200);
    return `attempt ${attempt.attempt}`;
  });
  await using platform = await startPlatform({ handlers: [again] });

  const job = await platform.enqueue(work, {}, { attempts: 2 });

  await expect(job.result()).resolves.toBe('attempt 2');
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(200);
});

test('while it waits for its next attempt a job is retrying, and says when', async () => {
  const fail = implement(work, () => {
    throw new Error('not yet');
  });
  await using platform = await startPlatform({ handlers: [fail] });

  const job = await platform.enqueue(work, {}, { backoff: { type: 'fixed', delayMs: 60_000 } });

  await eventually(async () => expect(await job.status()).toBe('retrying'));
  const { dueAt, attempts } = await job.record();
  expect(attempts).toBe(1);
  expect((dueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(50_000);
});
