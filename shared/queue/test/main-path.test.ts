import { implement } from '@shared/queue';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { add, work } from './tasks.ts';

const addNumbers = implement(add, ({ a, b }) => a + b);

test('a job runs and its result can be awaited', async () => {
  await using platform = await startPlatform({ handlers: [addNumbers] });

  const job = await platform.enqueue(add, { a: 1, b: 2 });

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toBe(3);
  await expect(job.record()).resolves.toMatchObject({
    task: 'sums.add',
    queue: 'sums',
    status: 'complete',
    progress: 1,
    result: 3,
    error: null,
    attempts: 1,
  });
});

test('a thousand jobs all run once', async () => {
  const seen = new Map<string, number>();
  const handler = implement(work, (_payload, { jobId }) => {
    seen.set(jobId, (seen.get(jobId) ?? 0) + 1);
    return 'done';
  });
  await using platform = await startPlatform({ handlers: [handler], concurrency: 50 });

  const items = Array.from({ length: 1_000 }, () => ({ task: work, payload: {} }));
  const jobs = await platform.producer.enqueueMany(items);
  await Promise.all(jobs.map((job) => job.result({ timeoutMs: 10_000 })));

  expect(seen.size).toBe(1_000);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
});

test('a handler that throws twice is run a third time, and each error is kept', async () => {
  const flaky = implement(work, (_payload, { attempt, fence }) => {
    if (attempt < 3) throw new Error(`no luck ${attempt}`);
    return `attempt ${attempt} run ${fence % 1_000}`;
  });
  await using platform = await startPlatform({ handlers: [flaky] });

  const job = await platform.enqueue(work, {});

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toBe('attempt 3 run 3');
  const { error, attempts } = await job.record();
  expect(attempts).toBe(3);
  expect(error?.history.map(({ attempt, message }) => [attempt, message])).toEqual([
    [1, 'no luck 1'],
    [2, 'no luck 2'],
  ]);
});
