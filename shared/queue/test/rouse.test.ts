import { implement, type Worker } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { add, work } from './tasks.ts';

const addNumbers = implement(add, ({ a, b }) => a + b);

/** Resolves when the worker has asked Redis to wake it. */
const asleep = async (worker: Worker) => {
  await eventually(async () => {
    const clients = String(await worker.producer.redis.client('LIST'));
    const mine = clients.split('\n').filter((line) => line.includes(`taskyard:fetch:${worker.id}`));
    expect(mine.some((line) => line.includes('cmd=bzpopmin'))).toBe(true);
  });
};

test('a worker takes what it enqueued itself, and leaves no wake-up behind', async () => {
  await using platform = await startPlatform({ handlers: [addNumbers], concurrency: 4 });
  const { worker, prefix } = platform;
  await asleep(worker);

  for (let i = 0; i < 50; i += 1) {
    const job = await worker.producer.enqueue(add, { a: i, b: 1 });
    await expect(job.result({ timeoutMs: 5_000 })).resolves.toBe(i + 1);
  }
  const many = Array.from({ length: 20 }, (_, i) => worker.producer.enqueue(add, { a: i, b: 1 }));
  const results = await Promise.all(many.map(async (job) => (await job).result()));

  expect(results).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  await asleep(worker);
  expect(await platform.producer.redis.exists(`{${prefix}}:sums:marker`)).toBe(0);
});

test('what a worker enqueued beyond its slots is taken by others that sleep', async () => {
  const open = Promise.withResolvers<string>();
  const ranBy = new Set<string>();
  const hold = (name: string) =>
    implement(work, () => {
      ranBy.add(name);
      return open.promise;
    });
  await using platform = await startPlatform({ handlers: [hold('own')], concurrency: 1 });
  const other = await platform.startWorker({ handlers: [hold('other')] });
  await asleep(platform.worker);
  await asleep(other);

  const { producer } = platform.worker;
  const jobs = await Promise.all([producer.enqueue(work, {}), producer.enqueue(work, {})]);

  await eventually(() => expect([...ranBy].sort()).toEqual(['other', 'own']));
  open.resolve('done');
  await Promise.all(jobs.map((job) => job.result({ timeoutMs: 5_000 })));
});

test('a wake-up that reaches a busy worker is handed on', async () => {
  const open = Promise.withResolvers<string>();
  const begun: string[] = [];
  const hold = (name: string) =>
    implement(work, ({ label }) => {
      begun.push(`${label} by ${name}`);
      return open.promise;
    });
  await using platform = await startPlatform({ handlers: [hold('own')], concurrency: 1 });
  await asleep(platform.worker);
  // Its sleep goes on in Redis while it runs this.
  const first = await platform.worker.producer.enqueue(work, { label: 'first' });
  await eventually(() => expect(begun).toEqual(['first by own']));
  await platform.startWorker({ handlers: [hold('other')] }).then((w) => asleep(w));

  const second = await platform.enqueue(work, { label: 'second' });

  await eventually(() => expect(begun).toContain('second by other'), { timeoutMs: 2_000 });
  open.resolve('done');
  await Promise.all([first, second].map((job) => job.result({ timeoutMs: 5_000 })));
});
