import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createProducer, implement } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { work } from '../tasks.ts';
import { isAlive, isolateProcesses, isolates } from './left-behind.ts';
import { actIn, implementAct, KINDS } from './tasks.ts';

test.for(KINDS)('a busy loop in a %s is cancelled', async (kind) => {
  const task = actIn(kind, { attempts: 5 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const job = await platform.enqueue(task, { act: 'spin' });
  await eventually(async () => expect(await job.status()).toBe('in_progress'));

  await expect(job.cancel('enough')).resolves.toBe(true);

  await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
  await expect(job.record()).resolves.toMatchObject({ status: 'cancelled', attempts: 1 });
  await expect((await platform.enqueue(task, { act: 'answer' })).result()).resolves.toBeDefined();
});

test.for(KINDS)('a handler in a %s hears why it is stopped', async (kind) => {
  const task = actIn(kind, { attempts: 5 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const job = await platform.enqueue(task, { act: 'wait for abort' });
  await eventually(async () => expect(await job.status()).toBe('in_progress'));

  await job.cancel('enough');

  await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
  await expect(job.record()).resolves.toMatchObject({ progressMessage: 'cancelled' });
  expect(isolates()).toBe(1);
});

test.for(KINDS)('a busy loop in a %s is handed back within the grace', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({
    handlers: [implementAct(task)],
    shutdownGraceMs: 1_000,
  });
  const job = await platform.enqueue(task, { act: 'spin' });
  await eventually(async () => expect(await job.status()).toBe('in_progress'));
  const before = Date.now();

  await platform.worker[Symbol.asyncDispose]();

  expect(Date.now() - before).toBeLessThan(1_900);
  expect(isolates()).toBe(0);
  await expect(job.record()).resolves.toMatchObject({ status: 'queued', attempts: 0, error: null });
});

test.for(KINDS)('a busy loop in a %s ends when its lock is lost', async (kind) => {
  const task = actIn(kind, { timeoutMs: 600_000 });
  await using platform = await startPlatform({ handlers: [implementAct(task)], lockMs: 2_000 });
  const job = await platform.enqueue(task, { act: 'spin' });
  await eventually(() => expect(platform.worker.running()).toBe(1));
  const { redis } = platform.producer;

  // Another worker has taken it, as this one sees it.
  await redis.set(`{${platform.prefix}}:acts:${job.id}:lock`, 'somebody else');
  await redis.hset(`{${platform.prefix}}:acts:meta`, 'paused', 1);

  await eventually(() => expect(platform.worker.running()).toBe(0));
});

test('a thread inside native code is given up, and runs nothing any more', async () => {
  const task = actIn('thread', { timeoutMs: 200, killAfterMs: 100 });
  await using platform = await startPlatform({ handlers: [implementAct(task)], concurrency: 1 });
  const job = await platform.enqueue(task, { act: 'sleep in native code', value: 3 });

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'timeout' });

  const { startedAt, finishedAt } = await job.record();
  expect((finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)).toBeLessThan(2_000);
  await expect((await platform.enqueue(task, { act: 'answer' })).result()).resolves.toBeDefined();
});

/** A worker in a process of its own, with one isolated process in a busy loop. */
const startBusyWorker = async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  const program = fileURLToPath(new URL('busy-worker.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [program, redisUrl, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('The worker has no stdout.');
  await once(createInterface(child.stdout), 'line');
  await using producer = createProducer({ redisUrl, prefix });
  const job = await producer.enqueue(actIn('process'), { act: 'spin' });
  await eventually(async () => expect(await job.status()).toBe('in_progress'));
  return child;
};

test('a process in a busy loop dies with a worker that is killed', async () => {
  const worker = await startBusyWorker();
  const [isolate = 0] = isolateProcesses(worker.pid);
  expect(isAlive(isolate)).toBe(true);

  worker.kill('SIGKILL');

  await eventually(() => expect(isAlive(isolate)).toBe(false));
});

test('a job that comes back to the worker that lost it ends the run before', async () => {
  const firstEnded = Promise.withResolvers<unknown>();
  let runs = 0;
  const handler = implement(work, async (_payload, { signal }) => {
    runs += 1;
    if (runs > 1) return 'second run';
    signal.addEventListener('abort', () => firstEnded.resolve(signal.reason));
    await firstEnded.promise;
    throw new Error('the first run was aborted');
  });
  await using platform = await startPlatform({ handlers: [handler], concurrency: 2 });
  const job = await platform.enqueue(work, {});
  await eventually(() => expect(runs).toBe(1));
  const { redis } = platform.producer;
  const base = `{${platform.prefix}}:sums:`;

  // What is done with a job whose lock has lapsed, before its worker has noticed.
  await redis
    .multi()
    .del(`${base}${job.id}:lock`)
    .lrem(`${base}active`, 1, job.id)
    .zadd(`${base}prioritized`, 0, job.id)
    .zadd(`${base}marker`, 0, '0')
    .exec();

  await expect(job.result()).resolves.toBe('second run');
  await expect(firstEnded.promise).resolves.toMatchObject({
    message: expect.stringContaining('taken again') as string,
  });
});
