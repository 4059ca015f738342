import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createArqClient } from '@shared/interop';
import { connectRedis } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { openArqPython } from './arq-python.ts';
import { arqRedisUrl, uniqueQueue } from './start-arq-worker.ts';

const PROGRAM = fileURLToPath(new URL('worker-program.ts', import.meta.url));

/** A worker process of ours on an ARQ queue, that can be killed. */
const startOurs = (queue: string, prefix: string) => {
  const child = spawn(process.execPath, [PROGRAM, testRedisUrl(), prefix, arqRedisUrl(), queue], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return { kill: () => end('SIGKILL'), [Symbol.asyncDispose]: () => end('SIGTERM') };
};

const JOBS = Number(process.env['FLEET_JOBS'] ?? 1_500);

test(
  `of ${JOBS} jobs for Python’s workers and ours, killed at random, none is lost`,
  { timeout: 600_000 },
  async (context) => {
    const [redisUrl, queue, prefix] = [arqRedisUrl(), uniqueQueue(), uniquePrefix()];
    const python = await openArqPython(context, { redisUrl, queue });
    await using workers = new AsyncDisposableStack();
    workers.use(python.worker());
    workers.use(startOurs(queue, prefix));
    const doomed = { ours: startOurs(queue, prefix), theirs: python.worker() };

    const collected = python.run(`
      jobs = [await pool.enqueue_job("where", n) for n in range(${JOBS})]
      waiting = asyncio.gather(*(job.result(timeout=500, poll_delay=0.5) for job in jobs))
      answers = await waiting
      show(sum(1 for n, answer in enumerate(answers) if answer.endswith(f" {n}")))
      show(sorted({answer.split()[0] for answer in answers}))
      show(await pool.zcard(queue))
    `);
    const redis = connectRedis({ url: redisUrl });
    workers.defer(() => redis.disconnect());
    await eventually(async () => expect(await redis.zcard(queue)).toBeGreaterThan(JOBS / 5), {
      timeoutMs: 60_000,
    });
    await Promise.all([doomed.ours.kill(), doomed.theirs.kill()]);
    workers.use(startOurs(queue, prefix));

    expect(await collected).toEqual([JOBS, ['ours', 'python'], 0]);
  },
);

test('jobs go to Python’s workers too, and their results come back', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using _worker = python.worker();
  await using client = createArqClient({ redisUrl });

  const sum = await client.enqueue('add', [2n ** 70n, 1], { queue });
  const twice = await client.enqueue('add', [1, 1], { queue, id: sum?.id ?? '' });
  const bad = await client.enqueue('add', ['one', 1], { queue, kwargs: {} });
  const slow = await client.enqueue('slow', [60], { queue });

  expect(await sum?.result()).toBe(2n ** 70n + 1n);
  expect(twice).toBeNull();
  await expect(bad?.result()).rejects.toThrow(/TypeError: can only concatenate str/);
  await eventually(async () => expect(await slow?.status()).toBe('in_progress'), {
    timeoutMs: 20_000,
  });
  expect(await slow?.abort()).toBe(true);
  expect(await sum?.status()).toBe('complete');
});
