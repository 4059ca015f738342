import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { add } from '../tasks.ts';
import { isAlive, isolates } from './left-behind.ts';
import { actIn, implementAct, KINDS } from './tasks.ts';

const addNumbers = implement(add, ({ a, b }) => a + b);

test.for(KINDS)('a busy loop in a %s is stopped within killAfterMs', async (kind) => {
  const task = actIn(kind, { timeoutMs: 300, killAfterMs: 200 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const job = await platform.enqueue(task, { act: 'spin' });

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'timeout' });

  const { startedAt, finishedAt, error } = await job.record();
  const ranMs = (finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0);
  expect(ranMs).toBeGreaterThanOrEqual(500);
  expect(ranMs).toBeLessThan(1_500);
  expect(error).toMatchObject(kind === 'thread' ? { exitCode: 1 } : { signal: 'SIGKILL' });
});

test.for(KINDS)('jobs of the same worker go on while a %s loops', async (kind) => {
  const task = actIn(kind, { timeoutMs: 60_000 });
  await using platform = await startPlatform({
    handlers: [implementAct(task), addNumbers],
    concurrency: 25,
    lockMs: 1_500,
    shutdownGraceMs: 500,
  });
  const looping = await platform.enqueue(task, { act: 'spin' });
  await eventually(async () => expect(await looping.status()).toBe('in_progress'));
  // Longer than two locks: whatever held up the main thread would lose them.
  const until = Date.now() + 3_200;
  const waits: number[] = [];
  while (Date.now() < until) {
    const before = performance.now();
    const items = Array.from({ length: 20 }, (_, a) => ({ task: add, payload: { a, b: 1 } }));
    const jobs = await platform.producer.enqueueMany(items);
    await Promise.all(jobs.map((job) => job.result()));
    waits.push(performance.now() - before);
  }

  expect(waits.length).toBeGreaterThan(3);
  expect(Math.max(...waits)).toBeLessThan(1_000);
  await expect(looping.record()).resolves.toMatchObject({ status: 'in_progress', attempts: 1 });
});

test.for(
  KINDS.flatMap((kind) =>
    (['exhaust the heap', 'exhaust buffers', 'grow by jumps'] as const).map((act) => ({
      kind,
      act,
    })),
  ),
)('a $kind told to $act is out of memory, and only it', async ({ kind, act }) => {
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implementAct(task), addNumbers] });

  const job = await platform.enqueue(task, { act });

  await expect(job.result()).rejects.toMatchObject({
    failureCode: 'out_of_memory',
    message: expect.stringContaining('64 MB') as string,
  });
  await expect((await platform.enqueue(task, { act: 'answer' })).result()).resolves.toBeDefined();
  await expect((await platform.enqueue(add, { a: 1, b: 1 })).result()).resolves.toBe(2);
});

const CRASHES = [
  { act: 'exit', value: 0, exitCode: 0, text: 'exited with code 0' },
  { act: 'exit', value: 7, exitCode: 7, text: 'exited with code 7' },
  { act: 'throw later', exitCode: 1, text: 'TypeError: nobody catches me' },
  { act: 'reject later', exitCode: 1, text: 'RangeError: nobody awaits me' },
] as const;

test.for(KINDS)('what a job in a %s does to it is told by its error', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implementAct(task)] });

  for (const { exitCode, text, ...payload } of CRASHES) {
    const job = await platform.enqueue(task, payload);
    await expect(job.result()).rejects.toMatchObject({ failureCode: 'crashed' });
    await expect(job.record()).resolves.toMatchObject({
      error: {
        code: 'crashed',
        message: expect.stringContaining(text) as string,
        exitCode,
        retryable: true,
        history: [{ exitCode }],
      },
    });
  }
});

test('a native abort in a process is a crash by its signal', async () => {
  const task = actIn('process');
  await using platform = await startPlatform({ handlers: [implementAct(task)] });

  const job = await platform.enqueue(task, { act: 'abort natively' });

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'crashed' });
  await expect(job.record()).resolves.toMatchObject({ error: { signal: 'SIGABRT' } });
});

test.for(['SIGKILL', 'SIGUSR2'] as const)(
  'a process that somebody sends %s was killed',
  async (signal) => {
    const task = actIn('process');
    await using platform = await startPlatform({ handlers: [implementAct(task)] });
    const { pid } = (await (await platform.enqueue(task, { act: 'answer' })).result()) as {
      pid: number;
    };
    const job = await platform.enqueue(task, { act: 'spin' });
    await eventually(async () => expect(await job.status()).toBe('in_progress'));

    process.kill(pid, signal);

    await expect(job.result()).rejects.toMatchObject({ failureCode: 'killed' });
    await expect(job.record()).resolves.toMatchObject({ error: { signal, retryable: true } });
  },
);

test.for(KINDS)('a crash of a %s is an attempt, and is tried again', async (kind) => {
  const task = actIn(kind, { attempts: 2 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });

  const job = await platform.enqueue(task, { act: 'exit on attempt 1' });

  await expect(job.result()).resolves.toBe(2);
  await expect(job.record()).resolves.toMatchObject({
    attempts: 2,
    error: { history: [{ attempt: 1, code: 'crashed', exitCode: 3 }] },
  });
});

test('what a process started is killed with it', async () => {
  const task = actIn('process', { timeoutMs: 500 });
  const grandchild = Promise.withResolvers<number>();
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const job = await platform.enqueue(task, { act: 'start a grandchild' });
  const watch = async () => {
    for await (const { message } of job.progress()) {
      if (message !== null) grandchild.resolve(Number(message));
    }
  };
  await Promise.all([watch(), job.result().catch(() => undefined)]);
  const pid = await grandchild.promise;

  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test('no thread and no process is left when the worker is disposed', async () => {
  const tasks = KINDS.map((kind) => actIn(kind));
  const platform = await startPlatform({ handlers: tasks.map(implementAct), concurrency: 6 });
  for (const task of tasks) {
    const acts = ['answer', 'answer', 'exit'] as const;
    const items = acts.map((act) => ({ task, payload: { act, value: 1 } }));
    const jobs = await platform.producer.enqueueMany(items);
    await Promise.allSettled(jobs.map((job) => job.result()));
  }
  expect(isolates()).toBeGreaterThan(1);

  await platform[Symbol.asyncDispose]();

  expect(isolates()).toBe(0);
});
