import { defineTask } from '@shared/contracts';
import { implement, startWorker } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { work } from '../tasks.ts';
import { isolates } from './left-behind.ts';
import { actIn, KINDS } from './tasks.ts';

const refusal = (path: string, text: string) =>
  expect.objectContaining({
    code: 'invalid_option',
    path,
    message: expect.stringContaining(text) as string,
  }) as Error;

test('an isolated task wants the URL of a module', () => {
  expect(() => implement(actIn('thread'), () => 'never called')).toThrow(
    refusal('handler', 'runs in a thread of its own'),
  );
});

test('a task that is not isolated wants a function', () => {
  expect(() => implement(work, new URL('act.ts', import.meta.url))).toThrow(
    refusal('handler', 'sums.work is not isolated'),
  );
});

test.for([
  { policy: { isolate: 'fibre' as never }, path: 'isolate' },
  { policy: { isolate: 'thread' as const, memoryLimitMb: 1 }, path: 'memoryLimitMb' },
  { policy: { isolate: 'process' as const, memoryLimitMb: 64.5 }, path: 'memoryLimitMb' },
  { policy: { memoryLimitMb: 64 }, path: 'memoryLimitMb' },
])('a task with $policy is refused', ({ policy, path }) => {
  const { payload, result } = work;
  const define = () => defineTask({ name: 'a.b', queue: 'a', payload, result, ...policy });
  expect(define).toThrow(refusal(path, path));
});

test.for(
  KINDS.flatMap((kind) => [
    { kind, module: 'missing.ts', why: 'cannot be loaded' },
    { kind, module: 'none.ts', why: 'has no function as its default export' },
    { kind, module: 'broken.ts', why: 'the licence file is missing' },
  ]),
)('a worker whose $kind cannot load $module does not start', async ({ kind, module, why }) => {
  const url = new URL(`handlers/${module}`, import.meta.url);

  const started = startWorker({
    handlers: [implement(actIn(kind), url)],
    redisUrl: testRedisUrl(),
    prefix: uniquePrefix(),
  });

  await expect(started).rejects.toThrow(refusal('handlers', why));
  expect(isolates()).toBe(0);
});

test.for(KINDS)('a worker whose %s ends while it loads a handler does not start', async (kind) => {
  const url = new URL('handlers/exiting.ts', import.meta.url);

  const started = startWorker({
    handlers: [implement(actIn(kind), url)],
    redisUrl: testRedisUrl(),
    prefix: uniquePrefix(),
  });

  await expect(started).rejects.toMatchObject({ code: 'crashed', exitCode: 4 });
});

test.for([
  { isolation: { maxJobs: 0 }, path: 'isolation.maxJobs' },
  { isolation: { idleMs: -1 }, path: 'isolation.idleMs' },
])('a worker with $isolation does not start', async ({ isolation, path }) => {
  const started = startWorker({
    handlers: [implement(work, () => 'never called')],
    redisUrl: testRedisUrl(),
    isolation,
  });

  await expect(started).rejects.toThrow(refusal(path, 'Give'));
});
