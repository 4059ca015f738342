import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { openHolder } from '../src/holding.ts';
import { count, hold } from './fixtures/tasks.ts';

const TASKS = join(import.meta.dirname, 'fixtures', 'tasks.ts');

/** How long the jobs of a worker that was killed wait for another one. */
const LOCK_MS = '700';

/** For what a busy machine may be slow to do. */
const PATIENCE = { timeoutMs: 30_000 };

/** Workers of tasks of one's own need neither a database nor any service. */
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ env: { LOCK_MS } });
});
afterAll(() => fleet[Symbol.asyncDispose]());

const startWorker = (queue: string, env: Record<string, string> = {}) =>
  fleet.startWorker(['-Q', queue, '--concurrency', '5', '--include', TASKS], env);

/** Jobs that each take `ms` and then count themselves. */
const enqueueCounts = async (name: string, { jobs, ms }: { jobs: number; ms: number }) => {
  const hash = `{${fleet.prefix}}:counts:${name}`;
  const handles = await fleet.producer.enqueueMany(
    Array.from({ length: jobs }, (_, number) => ({ task: count, payload: { hash, number, ms } })),
  );
  const counted = () => fleet.producer.redis.hlen(hash);
  return { handles, counted, results: () => Promise.all(handles.map((job) => job.result())) };
};

const numbersTo = (jobs: number) => Array.from({ length: jobs }, (_, number) => number);

test('a job whose worker is killed runs again on another one', async () => {
  await using holder = openHolder(fleet);
  await using first = await startWorker('holding');
  const job = await fleet.producer.enqueue(hold, holder.payload);
  const before = await holder.nextRun();
  await using second = await startWorker('holding');

  await first.kill();
  const after = await holder.nextRun();
  await holder.letGo();

  expect([before.pid, after.pid]).toEqual([first.pid, second.pid]);
  expect(after.fence).toBeGreaterThan(before.fence);
  expect(await job.result()).toEqual(after);
});

test('a job that does not end within the grace of a SIGTERM is handed back, no attempt spent', async () => {
  await using holder = openHolder(fleet);
  await using first = await startWorker('holding', { SHUTDOWN_GRACE_MS: '400', LOCK_MS: '60000' });
  const job = await fleet.producer.enqueue(hold, holder.payload);
  await holder.nextRun();

  const exit = await first.terminate();
  const between = await job.record();
  await using _second = await startWorker('holding');
  const after = await holder.nextRun();
  await holder.letGo();

  expect(exit).toEqual({ code: 0, signal: null });
  expect(between).toMatchObject({ status: 'queued', attempts: 0, error: null });
  expect(after).toMatchObject({ attempt: 1 });
  expect(await job.result()).toEqual(after);
});

test('a job that ends within the grace of a SIGTERM is finished, not handed back', async () => {
  await using worker = await startWorker('counting');
  const { handles, counted, results } = await enqueueCounts('grace', { jobs: 7, ms: 1_500 });
  await eventually(async () => expect(await handles[4]?.status()).toBe('in_progress'), PATIENCE);

  const exit = await worker.terminate();

  expect(exit).toEqual({ code: 0, signal: null });
  expect(await counted()).toBe(5);
  await using _next = await startWorker('counting');
  expect(await results()).toEqual(numbersTo(7));
});

test('two hundred jobs all complete while their workers are killed at random', async () => {
  const jobs = 200;
  const kills = 3;
  const { counted, results } = await enqueueCounts('killed', { jobs, ms: 150 });
  const workers = await Promise.all(Array.from({ length: 3 }, () => startWorker('counting')));

  for (let killed = 1; killed <= kills; killed += 1) {
    await eventually(async () => expect(await counted()).toBeGreaterThan(killed * 30), {
      timeoutMs: 30_000,
    });
    const [victim] = workers.splice(randomInt(workers.length), 1);
    await victim?.kill();
    workers.push(await startWorker('counting'));
  }

  expect(await results()).toEqual(numbersTo(jobs));
  expect(await counted()).toBe(jobs);
  await Promise.all(workers.map((worker) => worker.terminate()));
});

test('nothing is lost when Redis crashes and comes back with what it wrote', async () => {
  await using _worker = await startWorker('counting');
  const jobs = 60;
  const { counted, results } = await enqueueCounts('redis', { jobs, ms: 100 });
  await eventually(async () => expect(await counted()).toBeGreaterThan(10), PATIENCE);

  await fleet.redis.crash();
  await fleet.redis.restart();

  expect(await eventually(results, PATIENCE)).toEqual(numbersTo(jobs));
  expect(await counted()).toBe(jobs);
});

test('a worker that is told to stop while Redis is away still goes within its grace', async () => {
  await using worker = await startWorker('counting', { SHUTDOWN_GRACE_MS: '1000' });
  await fleet.redis.crash();
  await using _back = { [Symbol.asyncDispose]: () => fleet.redis.restart() };

  const exit = await worker.terminate();

  expect(exit).toEqual({ code: 0, signal: null });
});
