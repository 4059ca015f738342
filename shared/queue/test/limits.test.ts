import { defineLimit, defineTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { other, work } from './tasks.ts';

const payload = z.strictObject({ label: z.string() });
const result = z.string();
const provider = defineLimit('provider', { concurrency: 2 });

const charge = defineTask({ name: 'pay.charge', queue: 'pay', payload, result, limit: provider });
const refund = defineTask({
  name: 'refunds.refund',
  queue: 'refunds',
  payload,
  result,
  limit: 'provider',
});

/** Counts how many of its runs overlap. */
const gauge = () => {
  let now = 0;
  let most = 0;
  return {
    most: () => most,
    run: async (ms: number) => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, ms));
      now -= 1;
    },
  };
};

test('groups are served in turn: a flood of one does not starve the others', async () => {
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const note = implement(work, async ({ label }) => {
    if (label === 'gate') await gate.promise;
    order.push(label);
    return label;
  });
  await using platform = await startPlatform({ handlers: [note], concurrency: 1 });
  const held = await platform.enqueue(work, { label: 'gate' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));

  const flood = Array.from({ length: 50 }, () => ({ label: 'big', group: 'big' }));
  const jobs = [];
  for (const { label, group } of [...flood, { label: 'small', group: 'small' }]) {
    jobs.push(await platform.enqueue(work, { label }, { group }));
  }
  jobs.push(await platform.enqueue(work, { label: 'nobody' }));
  gate.resolve();
  await Promise.all(jobs.map((job) => job.result()));

  expect(order.indexOf('small')).toBeLessThanOrEqual(4);
  expect(order.indexOf('nobody')).toBeLessThanOrEqual(4);
  expect(order).toHaveLength(53);
});

test('within a group priorities decide', async () => {
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const note = implement(work, async ({ label }) => {
    if (label === 'gate') await gate.promise;
    order.push(label);
    return label;
  });
  await using platform = await startPlatform({ handlers: [note], concurrency: 1 });
  const held = await platform.enqueue(work, { label: 'gate' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));

  const jobs = [
    await platform.enqueue(work, { label: 'low' }, { group: 'a', priority: 'low' }),
    await platform.enqueue(work, { label: 'high' }, { group: 'a', priority: 'high' }),
  ];
  gate.resolve();
  await Promise.all(jobs.map((job) => job.result()));

  expect(order).toEqual(['gate', 'high', 'low']);
});

test('a limit on running jobs holds over all workers, tasks and queues that share it', async () => {
  const { run, most } = gauge();
  const handlers = [
    implement(charge, async ({ label }) => (await run(20), label)),
    implement(refund, async ({ label }) => (await run(20), label)),
  ];
  await using platform = await startPlatform({ handlers, concurrency: 10 });
  await platform.startWorker();

  const jobs = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      platform.enqueue(
        i % 2 === 0 ? charge : refund,
        { label: String(i) },
        i % 3 === 0 ? { group: `g${i}` } : {},
      ),
    ),
  );
  const results = await Promise.all(jobs.map((job) => job.result({ timeoutMs: 15_000 })));

  expect(results).toHaveLength(30);
  expect(most()).toBe(2);
});

test('a limited task holds up no other task of its queue', async () => {
  const narrow = defineTask({
    name: 'sums.narrow',
    queue: 'sums',
    payload,
    result,
    concurrency: 1,
  });
  const release = Promise.withResolvers<void>();
  const slow = implement(narrow, async ({ label }) => (await release.promise, label));
  const quick = implement(work, ({ label }) => label);
  await using platform = await startPlatform({ handlers: [slow, quick], concurrency: 5 });
  const narrows = await Promise.all(
    Array.from({ length: 4 }, (_, i) => platform.enqueue(narrow, { label: String(i) })),
  );

  const job = await platform.enqueue(work, { label: 'passed' });

  await expect(job.result()).resolves.toBe('passed');
  const statuses = await Promise.all(narrows.map((each) => each.status()));
  expect(statuses.filter((status) => status === 'in_progress')).toHaveLength(1);
  release.resolve();
  await Promise.all(narrows.map((each) => each.result()));
});

test('a rate holds over all workers', async () => {
  const limited = defineTask({
    name: 'sums.limited',
    queue: 'sums',
    payload,
    result,
    rate: { max: 5, perMs: 500 },
  });
  const times: number[] = [];
  const note = implement(limited, ({ label }) => (times.push(Date.now()), label));
  await using platform = await startPlatform({ handlers: [note], concurrency: 10 });
  await platform.startWorker();

  const jobs = await Promise.all(
    Array.from({ length: 15 }, (_, i) => platform.enqueue(limited, { label: String(i) })),
  );
  await Promise.all(jobs.map((job) => job.result({ timeoutMs: 10_000 })));

  const took = Math.max(...times) - Math.min(...times);
  // Five at once, then one each 100 ms.
  expect(took).toBeGreaterThanOrEqual(950);
  expect(took).toBeLessThan(3_000);
});

test('each group of a task has a limit of its own', async () => {
  const perTenant = defineTask({
    name: 'sums.tenant',
    queue: 'sums',
    payload,
    result,
    perGroup: { concurrency: 1 },
  });
  const gauges = { a: gauge(), b: gauge() };
  const all = gauge();
  const handler = implement(perTenant, async ({ label }, { group }) => {
    await Promise.all([gauges[group as 'a' | 'b'].run(30), all.run(30)]);
    return label;
  });
  await using platform = await startPlatform({ handlers: [handler], concurrency: 10 });

  const jobs = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      platform.enqueue(perTenant, { label: String(i) }, { group: i % 2 === 0 ? 'a' : 'b' }),
    ),
  );
  await Promise.all(jobs.map((job) => job.result({ timeoutMs: 10_000 })));

  expect([gauges.a.most(), gauges.b.most(), all.most()]).toEqual([1, 1, 2]);
  // Nothing of a group stays behind once it is idle.
  const left = await platform.producer.redis.keys(`{${platform.prefix}}:limit:group:*@?`);
  expect(left).toEqual([]);
});

test('a provider that asks to wait is left alone by every task that uses it', async () => {
  const times: Record<string, number> = {};
  const refuse = implement(charge, ({ label }, { attempt }) => {
    times[`charge ${attempt}`] = Date.now();
    if (attempt === 1) throw Object.assign(new Error('429'), { retryAfterMs: 400 });
    return label;
  });
  const second = implement(refund, ({ label }) => {
    times['refund'] = Date.now();
    return label;
  });
  await using platform = await startPlatform({ handlers: [refuse, second] });
  const first = await platform.enqueue(charge, { label: 'c' });
  await eventually(async () => expect(await first.status()).toBe('retrying'));

  const job = await platform.enqueue(refund, { label: 'r' });
  await Promise.all([first.result(), job.result()]);

  expect((times['refund'] ?? 0) - (times['charge 1'] ?? 0)).toBeGreaterThanOrEqual(380);
});

test('a job of a lane that is cancelled, delayed or handed back keeps the books right', async () => {
  const narrow = defineTask({ name: 'sums.one', queue: 'sums', payload, result, concurrency: 1 });
  const started = Promise.withResolvers<void>();
  const hang = implement(narrow, async ({ label }, { signal, fence }) => {
    if (label !== 'hang' || fence % 1_000 > 1) return label;
    started.resolve();
    return new Promise<string>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  });
  await using platform = await startPlatform({ handlers: [hang], shutdownGraceMs: 200 });
  const hanging = await platform.enqueue(narrow, { label: 'hang' });
  await started.promise;
  const waiting = await platform.enqueue(narrow, { label: 'waiting' });
  const delayed = await platform.enqueue(narrow, { label: 'delayed' }, { delayMs: 100 });

  await waiting.cancel();
  await platform.worker[Symbol.asyncDispose]();
  await platform.startWorker();

  await expect(hanging.result()).resolves.toBe('hang');
  await expect(delayed.result()).resolves.toBe('delayed');
  const { redis } = platform.producer;
  await expect(redis.hget(`{${platform.prefix}}:limit:task:sums.one`, 'active')).resolves.toBe('0');
  await expect(redis.get(`{${platform.prefix}}:sums:laned`)).resolves.toBe('0');
});

test('weights let a lower queue have its share while a higher one never empties', async () => {
  const order: string[] = [];
  const handlers = [
    implement(work, () => (order.push('sums'), 'x')),
    implement(other, () => (order.push('others'), 'x')),
  ];
  const gate = Promise.withResolvers<void>();
  const hold = implement(
    defineTask({ name: 'sums.gate', queue: 'sums', payload, result }),
    async () => {
      await gate.promise;
      return 'x';
    },
  );
  await using platform = await startPlatform({
    handlers: [...handlers, hold],
    queues: ['sums', 'others'],
    weights: [3, 1],
    concurrency: 1,
  });
  const held = await platform.enqueue(hold.task, { label: 'gate' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));
  const jobs = await platform.producer.enqueueMany(
    Array.from({ length: 200 }, () => ({ task: work, payload: {} })),
  );
  const others = await platform.producer.enqueueMany(
    Array.from({ length: 200 }, () => ({ task: other, payload: { label: 'x' } })),
  );
  gate.resolve();
  await Promise.all([...jobs, ...others].map((job) => job.result({ timeoutMs: 15_000 })));

  const share = order.slice(0, 100).filter((queue) => queue === 'others').length;
  expect(share).toBeGreaterThan(8);
  expect(share).toBeLessThan(48);
});
