import { eventually } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { isolates } from './left-behind.ts';
import { type Act, actIn, type ActTask, implementAct, KINDS } from './tasks.ts';

type Place = { pid: number; threadId: number };

const run = async (platform: Platform, task: ActTask, act: Act, value?: unknown) =>
  (await (await platform.enqueue(task, { act, value })).result()) as Place;

test.for(KINDS)('one %s runs job after job, and is there before the first', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  expect(isolates()).toBe(1);

  const places: Place[] = [];
  for (let i = 0; i < 10; i += 1) places.push(await run(platform, task, 'answer'));

  expect(new Set(places.map(({ pid, threadId }) => `${pid} ${threadId}`)).size).toBe(1);
  expect(isolates()).toBe(1);
  const here = places[0]?.pid === process.pid;
  expect(here).toBe(kind === 'thread');
});

test.for(KINDS)('at most one %s is started for each job that runs', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({
    handlers: [implementAct(task)],
    concurrency: 3,
  });
  const items = Array.from({ length: 60 }, () => ({ task, payload: { act: 'answer' as const } }));

  const jobs = await platform.producer.enqueueMany(items);
  await Promise.all(jobs.map((job) => job.result()));

  expect(isolates()).toBeLessThanOrEqual(3);
});

test.for(KINDS)('a %s that crashed is replaced before the next job', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const first = await run(platform, task, 'answer');

  await expect(run(platform, task, 'exit', 1)).rejects.toMatchObject({ failureCode: 'crashed' });
  await eventually(() => expect(isolates()).toBe(1));
  const second = await run(platform, task, 'answer');

  expect(second).not.toEqual(first);
});

test.for(KINDS)('a %s is replaced after maxJobs', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({
    handlers: [implementAct(task)],
    isolation: { maxJobs: 3 },
    concurrency: 1,
  });

  const places: Place[] = [];
  for (let i = 0; i < 6; i += 1) places.push(await run(platform, task, 'answer'));

  const names = places.map(({ pid, threadId }) => `${pid} ${threadId}`);
  expect(names).toEqual([...Array(3).fill(names[0]), ...Array(3).fill(names[3])]);
  expect(names[0]).not.toBe(names[3]);
});

test.for(KINDS)('a %s that jobs left too full for the next one is replaced', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implementAct(task)], concurrency: 1 });

  const first = await run(platform, task, 'hoard', 10);
  const second = await run(platform, task, 'hoard', 30);
  const third = await run(platform, task, 'hoard', 10);

  expect(second).toEqual(first);
  expect(third).not.toEqual(second);
});

test.for(KINDS)('every idle %s but one is ended after idleMs', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({
    handlers: [implementAct(task)],
    isolation: { idleMs: 400 },
    concurrency: 3,
  });
  const items = [1, 2, 3].map(() => ({ task, payload: { act: 'extend' as const } }));
  const jobs = await platform.producer.enqueueMany(items);
  await eventually(() => expect(isolates()).toBe(3), { timeoutMs: 10_000 });
  await Promise.all(jobs.map((job) => job.result()));

  await eventually(() => expect(isolates()).toBe(1));

  await expect(run(platform, task, 'answer')).resolves.toBeDefined();
});

test('a signal to the whole session leaves it to the worker to end its processes', async () => {
  const task = actIn('process');
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const first = await run(platform, task, 'answer');

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(first.pid, signal);
  const second = await run(platform, task, 'answer');

  expect(second).toEqual(first);
});
