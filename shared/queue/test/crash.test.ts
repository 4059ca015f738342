import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createProducer, implement, type Producer, startWorker } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { work } from './tasks.ts';

const WORKER = fileURLToPath(new URL('crash-worker.ts', import.meta.url));

/** A worker process, killed at the end if the test did not. */
const spawnWorker = (redisUrl: string, prefix: string, concurrency: number) => {
  const child: ChildProcess = spawn(
    process.execPath,
    [WORKER, redisUrl, prefix, String(concurrency)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines: string[] = [];
  const waiting: { line: RegExp; resolve: () => void }[] = [];
  if (child.stdout === null) throw new Error('The worker has no stdout.');
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    for (const { line: wanted, resolve } of waiting) if (wanted.test(line)) resolve();
  });
  const says = (line: RegExp) =>
    new Promise<void>((resolve) => {
      if (lines.some((said) => line.test(said))) resolve();
      else waiting.push({ line, resolve });
    });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { says, kill, [Symbol.asyncDispose]: kill };
};

const openProducer = (redisUrl: string, prefix: string): Producer =>
  createProducer({ redisUrl, prefix });

test('jobs of a killed worker run again on another one, none is lost', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = openProducer(redisUrl, prefix);
  await using first = spawnWorker(redisUrl, prefix, 20);
  await first.says(/ready/);
  const items = Array.from({ length: 20 }, () => ({ task: work, payload: { label: 'hang' } }));
  const jobs = await producer.enqueueMany(items);
  await Promise.all(jobs.map(({ id }) => first.says(new RegExp(id))));

  await first.kill();
  await using second = spawnWorker(redisUrl, prefix, 20);
  const results = await Promise.all(jobs.map((job) => job.result({ timeoutMs: 15_000 })));

  await second.says(/ready/);
  // A crash is no attempt of the job's own; the fence still tells the runs apart.
  expect(new Set(results)).toEqual(new Set(['hang attempt 1 fence 2']));
});

test('a job whose worker died goes before its own priority, not before every other', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = openProducer(redisUrl, prefix);
  await using first = spawnWorker(redisUrl, prefix, 1);
  await first.says(/ready/);
  const low = await producer.enqueue(work, { label: 'hang' }, { priority: 'low' });
  await first.says(new RegExp(low.id));
  await first.kill();
  const low2 = await producer.enqueue(work, { label: 'low 2' }, { priority: 'low' });
  const order: string[] = [];
  const note = implement(work, ({ label }) => {
    order.push(label);
    return label;
  });
  // A worker of another queue finds the lapsed lock of ours only if it serves the queue: pause it.
  const { redis } = producer;
  await redis.hset(`{${prefix}}:sums:meta`, 'paused', 1);
  await using worker = await startWorker({
    handlers: [note],
    redisUrl,
    prefix,
    concurrency: 1,
    lockMs: 500,
  });
  await expect.poll(() => redis.llen(`{${prefix}}:sums:active`), { timeout: 10_000 }).toBe(0);
  const high = await producer.enqueue(work, { label: 'high' }, { priority: 'critical' });

  await redis.hdel(`{${prefix}}:sums:meta`, 'paused');
  await redis.zadd(`{${prefix}}:sums:marker`, 0, '0');
  await Promise.all([low, low2, high].map((job) => job.result()));

  expect(worker.queues).toEqual(['sums']);
  expect(order).toEqual(['high', 'hang', 'low 2']);
});

test('a job that takes every worker with it is given up, and says why', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = openProducer(redisUrl, prefix);
  const job = await producer.enqueue(work, { label: 'fine' });
  // Lost as often as is allowed: one more time and it is over.
  const lost = Array.from({ length: 4 }, () => Date.now()).join(',');
  await producer.redis.hset(`{${prefix}}:sums:${job.id}`, 'lost', lost);
  await producer.redis.zrem(`{${prefix}}:sums:prioritized`, job.id);
  await producer.redis.lpush(`{${prefix}}:sums:active`, job.id);

  await using worker = spawnWorker(redisUrl, prefix, 1);
  await worker.says(/ready/);

  await expect(job.result({ timeoutMs: 10_000 })).rejects.toMatchObject({
    failureCode: 'crashed',
    message: expect.stringContaining('died') as string,
  });
});
