import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  createProducer,
  type DeadLetters,
  implement,
  openDeadLetters,
  type Producer,
} from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test, vi } from 'vitest';
import { other, work } from './tasks.ts';

// Each crash takes a process that starts, and a lock that lapses.
vi.setConfig({ testTimeout: 60_000 });

const PROGRAM = fileURLToPath(new URL('dead-letters-crash-worker.ts', import.meta.url));

type Supervised = AsyncDisposable & {
  /** What each process said, the first one first. */
  processes: string[][];
};

/** A worker process that is started anew whenever it dies, as by systemd. */
const supervise = (redisUrl: string, prefix: string, concurrency: number): Supervised => {
  const processes: string[][] = [];
  let child: ChildProcess | undefined;
  let stopping = false;

  const run = async () => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- the returned function ends it.
    while (!stopping) {
      const lines: string[] = [];
      processes.push(lines);
      child = spawn(process.execPath, [PROGRAM, redisUrl, prefix, String(concurrency)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (child.stdout === null) throw new Error('The worker has no stdout.');
      createInterface(child.stdout).on('line', (line) => lines.push(line));
      await once(child, 'close');
    }
  };
  const running = run();

  return {
    processes,
    async [Symbol.asyncDispose]() {
      stopping = true;
      child?.kill('SIGKILL');
      await running;
    },
  };
};

const openAll = async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  const opened = new AsyncDisposableStack();
  const producer: Producer = opened.use(createProducer({ redisUrl, prefix }));
  const deadLetters: DeadLetters = opened.use(openDeadLetters({ redisUrl, prefix }));
  const broken = `{${prefix}}:broken`;
  await producer.redis.set(broken, '1');
  return {
    producer,
    deadLetters,
    start: (concurrency: number) => opened.use(supervise(redisUrl, prefix, concurrency)),
    mend: () => producer.redis.del(broken),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

test('what died with its worker runs again alone: the innocent finish, the killer is quarantined', async () => {
  await using all = await openAll();
  const { producer, deadLetters } = all;
  const labels = ['sleep 200 a', 'sleep 200 b', 'kill them', 'sleep 200 c'];
  const items = labels.map((label) => ({ task: work, payload: { label } }));
  const jobs = await producer.enqueueMany(items);
  const killer = jobs[2];

  const { processes } = all.start(10);
  const outcomes = await Promise.allSettled(jobs.map((job) => job.result({ timeoutMs: 40_000 })));

  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  const later = processes.slice(1).flat();
  expect(later.filter((line) => line.includes('beside')).length).toBeGreaterThanOrEqual(5);
  expect(later.filter((line) => / beside [1-9]/.test(line))).toEqual([]);
  const { deadLetters: found } = await deadLetters.list({ quarantined: true });
  expect(found).toMatchObject([{ jobId: killer?.id, code: 'crashed', quarantined: true }]);
  expect(found[0]?.reason).toContain('3 times');
  const record = await killer?.record();
  expect(record).toMatchObject({ status: 'failed', payload: { label: 'kill them' } });
  // One job, however often it kills, is not yet the task's fault.
  await expect(deadLetters.quarantinedTasks()).resolves.toEqual([]);
});

test('a quarantined job that is redriven runs alone, and is let go once it is mended', async () => {
  await using all = await openAll();
  const { producer, deadLetters } = all;
  const killer = await producer.enqueue(work, { label: 'kill me' });
  const { processes } = all.start(10);
  await expect(killer.result({ timeoutMs: 30_000 })).rejects.toMatchObject({
    failureCode: 'crashed',
  });
  const deaths = processes.length;

  await deadLetters.redrive({ quarantined: true });
  await eventually(async () => expect(await deadLetters.count({ quarantined: true })).toBe(1), {
    timeoutMs: 20_000,
  });
  await eventually(() => expect(processes).toHaveLength(deaths + 1));
  const [again] = (await deadLetters.list()).deadLetters;
  await all.mend();
  const busy = await producer.enqueue(work, { label: 'sleep 300 x' });
  await deadLetters.redrive([killer.id]);

  expect(again).toMatchObject({ jobId: killer.id, quarantined: true, redriven: 1 });
  expect(again?.reason).toContain('nothing beside it');
  await expect(killer.result({ timeoutMs: 20_000 })).resolves.toBe('kill me');
  await busy.result();
  const last = processes.flat().filter((line) => line.startsWith('kill me'));
  expect(last.at(-1)).toBe('kill me beside 0');
});

test('a schedule whose every job kills its worker is stopped, until an operator lifts that', async () => {
  await using all = await openAll();
  const { producer, deadLetters } = all;
  const { processes } = all.start(4);
  let ticks = 0;
  const tick = () =>
    producer.enqueue(other, { label: 'kill tick' }, { id: `tick-${(ticks += 1)}` });

  // What a scheduler does: a new job each time, whatever became of the last one.
  const ticking = setInterval(() => void tick().catch(() => undefined), 300);
  await eventually(async () => expect(await deadLetters.quarantinedTasks()).toHaveLength(1), {
    timeoutMs: 50_000,
    everyMs: 100,
  });
  clearInterval(ticking);
  const [quarantined] = await deadLetters.quarantinedTasks();
  await eventually(
    async () => {
      const late = await tick();
      await expect(late.result()).rejects.toMatchObject({ failureCode: 'task_quarantined' });
    },
    { timeoutMs: 20_000 },
  );
  const deaths = processes.length;
  const fine = await producer.enqueue(work, { label: 'sleep 1 fine' });
  await expect(fine.result({ timeoutMs: 10_000 })).resolves.toBe('sleep 1 fine');
  await tick();
  const after = await tick();
  await expect(after.result()).rejects.toMatchObject({ failureCode: 'task_quarantined' });

  expect(quarantined).toMatchObject({ task: 'others.work' });
  expect(quarantined?.jobs).toBeGreaterThan(1);
  expect(deaths).toBeLessThanOrEqual(8);
  expect(processes).toHaveLength(deaths);

  await all.mend();
  await expect(deadLetters.liftQuarantine('others.work')).resolves.toBe(true);
  await deadLetters.redrive({ task: 'others.work', code: 'task_quarantined' });
  await expect(after.result({ timeoutMs: 10_000 })).resolves.toBe('kill tick');
  await expect(deadLetters.liftQuarantine('others.work')).resolves.toBe(false);
});

/** Enqueues a job for a queue that is paused, and puts it where jobs wait to run alone. */
const enqueueSuspect = async (
  { redis, enqueue }: Producer,
  prefix: string,
  label: string,
  sinceMs: number,
) => {
  const base = `{${prefix}}:sums:`;
  await redis.hset(`${base}meta`, 'paused', 1);
  const job = await enqueue(work, { label });
  await redis.zrem(`${base}prioritized`, job.id);
  await redis.zadd(`${base}suspects`, Date.now() - sinceMs, job.id);
  await redis.hdel(`${base}meta`, 'paused');
  return job;
};

/** A handler that tells the order of starts and ends; those called "gate …" wait. */
const noting = () => {
  const gate = Promise.withResolvers<void>();
  const notes: string[] = [];
  const handler = implement(work, async ({ label }) => {
    notes.push(`+${label}`);
    if (label.startsWith('gate')) await gate.promise;
    notes.push(`-${label}`);
    return label;
  });
  return { handler, notes, open: gate.resolve };
};

test('a worker that is never idle makes room for a job that must run alone', async () => {
  const { handler, notes, open } = noting();
  await using platform = await startPlatform({ handlers: [handler], concurrency: 3 });
  const { producer, prefix } = platform;
  const held = await platform.enqueue(work, { label: 'gate' });
  await eventually(() => expect(notes).toEqual(['+gate']));
  const suspect = await enqueueSuspect(producer, prefix, 'suspect', 11_000);

  const first = await platform.enqueue(work, { label: 'first' });
  const second = await platform.enqueue(work, { label: 'second' });
  await eventually(async () => {
    await expect(producer.redis.exists(`{${prefix}}:sums:suspects-claim`)).resolves.toBe(1);
  });
  open();
  await Promise.all([held, suspect, first, second].map((job) => job.result()));

  const at = notes.indexOf('+suspect');
  expect(notes.slice(0, at)).toContain('-gate');
  expect(notes[at + 1]).toBe('-suspect');
});

test('a job that no worker could run alone in a minute runs beside others', async () => {
  const { handler, notes, open } = noting();
  await using platform = await startPlatform({ handlers: [handler], concurrency: 3, lockMs: 400 });
  const { producer, prefix } = platform;
  const held = await platform.enqueue(work, { label: 'gate' });
  await eventually(() => expect(notes).toEqual(['+gate']));
  // Another worker has just tried to make room, so that this one does not.
  await producer.redis.set(`{${prefix}}:sums:suspects-claim`, 'another', 'PX', 60_000);

  const suspect = await enqueueSuspect(producer, prefix, 'suspect', 61_000);

  await expect(suspect.result()).resolves.toBe('suspect');
  expect(notes).not.toContain('-gate');
  open();
  await held.result();
});

test('a worker that lives though its lock lapsed killed nothing: its job waits with the others', async () => {
  const gate = Promise.withResolvers<void>();
  const runs: string[] = [];
  const handler = implement(work, async ({ label }, { fence, signal }) => {
    runs.push(label);
    if (label === 'stays') await gate.promise;
    if (label === 'lapses' && fence % 1_000 === 1) {
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    }
    return label;
  });
  await using platform = await startPlatform({ handlers: [handler], concurrency: 3, lockMs: 400 });
  const stays = await platform.enqueue(work, { label: 'stays' });
  const lapses = await platform.enqueue(work, { label: 'lapses' });
  await eventually(() => expect(runs).toHaveLength(2));

  await platform.producer.redis.del(`{${platform.prefix}}:sums:${lapses.id}:lock`);

  // It never has the worker for itself, and need not wait for that.
  await expect(lapses.result({ timeoutMs: 8_000 })).resolves.toBe('lapses');
  await expect(stays.status()).resolves.toBe('in_progress');
  gate.resolve();
  await stays.result();
});

test('a job that must run alone still must when its worker shuts down', async () => {
  const started = Promise.withResolvers<void>();
  const handler = implement(work, async (_payload, { signal }) => {
    started.resolve();
    return new Promise<string>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  });
  await using platform = await startPlatform({ handlers: [handler], shutdownGraceMs: 200 });
  const { producer, prefix, worker } = platform;
  const suspect = await enqueueSuspect(producer, prefix, 'suspect', 0);
  await producer.redis.zadd(`{${prefix}}:sums:marker`, 0, '0');
  await started.promise;

  await worker[Symbol.asyncDispose]();

  await expect(
    producer.redis.zscore(`{${prefix}}:sums:suspects`, suspect.id),
  ).resolves.not.toBeNull();
  await expect(suspect.status()).resolves.toBe('queued');
});

test('a waiting suspect is cancelled like any other job', async () => {
  await using platform = await startPlatform({ handlers: [implement(other, () => 'x')] });
  const { producer, prefix } = platform;
  const suspect = await enqueueSuspect(producer, prefix, 'suspect', 0);

  await suspect.cancel();

  await expect(suspect.status()).resolves.toBe('cancelled');
  await expect(producer.redis.exists(`{${prefix}}:sums:suspects`)).resolves.toBe(0);
});

test.for([
  { crashBudget: { crashes: 0 }, path: 'crashBudget.crashes' },
  { crashBudget: { windowMs: 10 }, path: 'crashBudget.windowMs' },
])('a budget that is none is refused by name: $path', async ({ crashBudget, path }) => {
  const started = startPlatform({ handlers: [implement(work, () => 'x')], crashBudget });

  await expect(started).rejects.toMatchObject({ code: 'invalid_option', path });
});
