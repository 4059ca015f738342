import { carriedBy, type Hooks, implement } from '@shared/queue';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { actIn, KINDS } from './tasks.ts';

const asking = new URL('./handlers/asking.ts', import.meta.url);

test.for(KINDS)('a handler in a %s asks the hooks around its run', async (kind) => {
  const task = actIn(kind);
  const hooks: Hooks = {
    isolated: {
      give: ({ jobId }) => ({ about: jobId }),
      answer: async ({ jobId }, request) => ({ request, jobId }),
    },
  };
  await using platform = await startPlatform({
    handlers: [implement(task, asking)],
    hooks: [hooks],
  });

  const job = await platform.enqueue(task, { act: 'answer' });

  expect(await job.result()).toEqual({
    given: { about: job.id },
    answer: { request: { act: 'answer' }, jobId: job.id },
  });
});

test.for(KINDS)('without hooks of that kind a handler in a %s has no line', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implement(task, asking)] });

  const job = await platform.enqueue(task, { act: 'answer' });

  expect(await job.result()).toBe('alone');
});

test.for(KINDS)('what an error of a %s gives along is there for the hooks', async (kind) => {
  const task = actIn(kind, { attempts: 1 });
  const carried: unknown[] = [];
  const hooks: Hooks = {
    attempt: (_attempt, next) =>
      next().catch((error: unknown) => {
        carried.push(carriedBy(error));
        throw error;
      }),
  };
  await using platform = await startPlatform({
    handlers: [implement(task, asking)],
    hooks: [hooks],
  });

  const job = await platform.enqueue(task, { act: 'throw a typed error' });

  await expect(job.result()).rejects.toThrow('with more');
  expect(carried).toEqual([new Uint8Array([1, 2])]);
});
