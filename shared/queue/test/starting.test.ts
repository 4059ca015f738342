import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { add, other, work } from './tasks.ts';

test('priorities are served first to last, in order of arrival within one', async () => {
  const order: string[] = [];
  const note = implement(work, ({ label }) => {
    order.push(label);
    return label;
  });
  const gate = Promise.withResolvers<void>();
  const hold = implement(add, async () => {
    await gate.promise;
    return 0;
  });
  await using platform = await startPlatform({ handlers: [note, hold], concurrency: 1 });
  const holder = await platform.enqueue(add, { a: 0, b: 0 }, { priority: 0 });
  await eventually(async () => expect(await holder.status()).toBe('in_progress'));

  const wanted = ['low', 9, 'default', 'critical', 'high', 'default', 'critical', 0] as const;
  const jobs = [];
  for (const [i, priority] of wanted.entries()) {
    jobs.push(await platform.enqueue(work, { label: `${priority} ${i}` }, { priority }));
  }
  gate.resolve();
  await Promise.all(jobs.map((job) => job.result()));

  expect(order).toEqual([
    'critical 3',
    'critical 6',
    '0 7',
    'high 4',
    'default 2',
    'default 5',
    'low 0',
    '9 1',
  ]);
});

test('a lower queue is served only while the higher one is empty', async () => {
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const note = implement(work, async ({ label }) => {
    if (label === 'gate') await gate.promise;
    order.push(label);
    return label;
  });
  const noteOther = implement(other, ({ label }) => {
    order.push(label);
    return label;
  });
  await using platform = await startPlatform({
    handlers: [note, noteOther],
    queues: ['others', 'sums'],
    concurrency: 1,
  });
  const held = await platform.enqueue(work, { label: 'gate' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));

  const low = await platform.enqueue(work, { label: 'low' }, { priority: 'critical' });
  const high = await platform.enqueue(other, { label: 'high' }, { priority: 'low' });
  gate.resolve();
  await Promise.all([low.result(), high.result()]);

  expect(order).toEqual(['gate', 'high', 'low']);
});

test('a delayed job runs when it is due, not before', async () => {
  const note = implement(work, () => String(Date.now()));
  await using platform = await startPlatform({ handlers: [note] });
  const before = Date.now();

  const job = await platform.enqueue(work, {}, { delayMs: 300 });

  await expect(job.status()).resolves.toBe('scheduled');
  const ranAt = Number(await job.result());
  expect(ranAt - before).toBeGreaterThanOrEqual(300);
  expect(ranAt - before).toBeLessThan(2_000);
});

test('a job that expired while it waited is never run', async () => {
  let runs = 0;
  const count = implement(work, () => `run ${(runs += 1)}`);
  await using platform = await startPlatform({ handlers: [count] });

  const job = await platform.enqueue(work, {}, { delayMs: 200, expiresInMs: 50 });

  await expect(job.result()).rejects.toMatchObject({ code: 'expired' });
  await eventually(async () => expect((await job.record()).finishedAt).not.toBeNull());
  await expect(job.status()).resolves.toBe('expired');
  expect(runs).toBe(0);
});
