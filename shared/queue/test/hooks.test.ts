import { createProducer, type Hooks, implement } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { work } from './tasks.ts';

test('hooks around an enqueue run in order and may change the call', async () => {
  const order: string[] = [];
  const named = (name: string): Hooks => ({
    enqueue: async (call, next) => {
      order.push(`${name} before`);
      const job = await next({ ...call, options: { ...call.options, tags: [name] } });
      order.push(`${name} after`);
      return job;
    },
  });
  await using producer = createProducer({
    redisUrl: testRedisUrl(),
    prefix: uniquePrefix(),
    hooks: [named('outer'), named('inner')],
  });

  const job = await producer.enqueue(work, {});

  expect(order).toEqual(['outer before', 'inner before', 'inner after', 'outer after']);
  expect((await job.record()).tags).toEqual(['inner']);
});

test('hooks see each attempt and how it ended before that is recorded', async () => {
  const seen: string[] = [];
  const hook: Hooks = {
    attempt: async ({ attempt }, next) => {
      seen.push(`attempt ${attempt}`);
      return next();
    },
    settling: async (_attempt, outcome) => {
      seen.push(outcome.kind);
    },
  };
  const flaky = implement(work, (_payload, { attempt }) => {
    if (attempt === 1) throw new Error('first');
    return 'done';
  });
  await using platform = await startPlatform({ handlers: [flaky], hooks: [hook] });

  const job = await platform.enqueue(work, {});
  await job.result();

  expect(seen).toEqual(['attempt 1', 'retry', 'attempt 2', 'complete']);
});

test('a hook that throws fails the attempt it is around', async () => {
  const refuse: Hooks = {
    attempt: () => Promise.reject(Object.assign(new Error('not today'), { retryable: false })),
  };
  await using platform = await startPlatform({
    handlers: [implement(work, () => 'done')],
    hooks: [refuse],
  });

  const job = await platform.enqueue(work, {});

  await expect(job.result()).rejects.toThrow('not today');
});
