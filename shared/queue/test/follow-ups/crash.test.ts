import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createProducer, implement, startWorker } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test, vi } from 'vitest';
import { createFollowers, hear, mourn, speak } from './tasks.ts';

// Each crash takes a process that starts, and a lock that lapses.
vi.setConfig({ testTimeout: 60_000 });

const PROGRAM = fileURLToPath(new URL('crash-worker.ts', import.meta.url));

const spawnWorker = (redisUrl: string, prefix: string, die = '') => {
  const child = spawn(process.execPath, [PROGRAM, redisUrl, prefix, die], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let started = 0;
  const waiting = new Set<{ count: number; resolve: () => void }>();
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('started')) started += 1;
    for (const { count, resolve } of waiting) if (started >= count) resolve();
  });
  const gone = once(child, 'exit');
  return {
    gone,
    /** Resolves when it has started so many jobs. */
    hasStarted: (count: number) =>
      new Promise<void>((resolve) => {
        waiting.add({ count, resolve });
        if (started >= count) resolve();
      }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await gone;
    },
  };
};

const open = () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  return { redisUrl, prefix, producer: createProducer({ redisUrl, prefix }) };
};

test.for<{ next: string; fails: boolean; task: string; payload: object }>([
  {
    next: 'ends well',
    fails: false,
    task: 'ears.hear',
    payload: { said: 'hi, second', attempt: 1 },
  },
  { next: 'fails', fails: true, task: 'ears.mourn', payload: { error: { message: 'not now' } } },
])(
  'killed before the end is recorded: none has begun, and the run that $next has its own',
  async ({ fails, task, payload }) => {
    const { redisUrl, prefix, producer } = open();
    await using _ = producer;
    const { seen, handlers } = createFollowers();
    await using following = await startWorker({ handlers, redisUrl, prefix });
    await using first = spawnWorker(redisUrl, prefix, 'die');
    const options = { attempts: 1, onSuccess: hear, onFailure: mourn };
    const job = await producer.enqueue(speak, { words: 'hi' }, options);
    await first.gone;
    const between = (await producer.queueCounts())['ears'];
    const early = [...seen];

    const speaking = implement(speak, ({ words }, { attempt }) => {
      if (fails) throw new Error('not now');
      return { said: `${words}, second`, attempt };
    });
    await using second = await startWorker({ handlers: [speaking], redisUrl, prefix, lockMs: 300 });
    await eventually(() => expect(seen).toHaveLength(1), { timeoutMs: 20_000 });
    await eventually(async () =>
      expect(await producer.queueCounts()).toMatchObject({
        ears: { queued: 0, waiting_children: 0, in_progress: 0 },
      }),
    );

    expect(between).toMatchObject({ waiting_children: 1, queued: 0, complete: 0 });
    expect(early).toEqual([]);
    expect(seen).toMatchObject([{ task, payload }]);
    expect((await job.record()).status).toBe(fails ? 'failed' : 'complete');
    expect([following.queues, second.queues]).toEqual([['ears'], ['talk']]);
  },
);

test('workers killed again and again: every job is followed exactly once', async () => {
  const { redisUrl, prefix, producer } = open();
  await using _ = producer;
  const { seen, handlers } = createFollowers();
  await using following = await startWorker({ handlers, redisUrl, prefix, concurrency: 20 });
  const items = Array.from({ length: 60 }, (_item, i) => ({
    task: speak,
    payload: { words: `slow ${(i % 5) * 10} ${i}` },
    options: { onSuccess: hear, onFailure: mourn },
  }));
  await producer.enqueueMany(items);

  for (let kill = 1; kill <= 6; kill += 1) {
    await using worker = spawnWorker(redisUrl, prefix);
    await worker.hasStarted(kill + 2);
  }
  await using last = spawnWorker(redisUrl, prefix);
  await last.hasStarted(1);
  await eventually(() => expect(seen.length).toBeGreaterThanOrEqual(60), { timeoutMs: 40_000 });
  await eventually(async () =>
    expect(await producer.queueCounts()).toMatchObject({
      talk: { queued: 0, in_progress: 0, complete: 60 },
      ears: { queued: 0, waiting_children: 0, in_progress: 0, complete: 60 },
    }),
  );

  expect(following.queues).toEqual(['ears']);
  expect(new Set(seen.map(({ payload }) => (payload as { said: string }).said)).size).toBe(60);
  expect(seen).toHaveLength(60);
});
