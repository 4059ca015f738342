import { chain, defineTask, group } from '@shared/contracts';
import {
  connectRedis,
  createProducer,
  implement,
  openFleet,
  openQueue,
  type ReasonCode,
  startWorker,
  why,
} from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { scriptsOf } from '../src/engine/scripts.ts';
import { compileFlow } from '../src/flows/compile.ts';
import { createGate } from '../src/flows/gate.ts';
import { addJobs } from '../src/engine/add-batch.ts';
import { keysOf } from '../src/keys.ts';
import { openRedisProxy } from './redis-proxy.ts';
import { add, other, work } from './tasks.ts';
import { spawnWorker } from './worker-process.ts';

const payload = z.strictObject({ label: z.string() });
const result = z.string();
const base = { queue: 'sums', payload, result } as const;
const narrow = defineTask({ ...base, name: 'sums.narrow', concurrency: 1 });
const rated = defineTask({ ...base, name: 'sums.rated', rate: { max: 1, perMs: 60_000 } });
const shared = defineTask({
  ...base,
  name: 'sums.shared',
  limit: { name: 'provider', concurrency: 5 },
  attempts: 2,
});

/** Handlers that run until they are let go or cancelled. */
const gated = () => {
  const gate = Promise.withResolvers<void>();
  const wait = async (signal: AbortSignal) =>
    Promise.race([
      gate.promise,
      new Promise<void>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
    ]);
  const handlers = [work, narrow, rated].map((task) =>
    implement(task, async ({ label }, { signal }) => {
      if (label.startsWith('hold')) await wait(signal);
      return label;
    }),
  );
  return { handlers, open: gate.resolve };
};

type Asked = { producer: Platform['producer']; prefix: string };

const ask = ({ producer, prefix }: Asked, id: string) => why({ redis: producer.redis, prefix }, id);

/** The reason of this code; fails if it is not among those given. */
const reasonFor = async (asked: Asked, id: string, code: ReasonCode) => {
  const { reasons } = await ask(asked, id);
  const found = reasons.find((reason) => reason.code === code);
  if (found === undefined) throw new Error(`not ${code}: ${JSON.stringify(reasons)}`);
  expect(found.message).toMatch(/\.$/);
  return found;
};

const first = async (asked: Asked, id: string) => (await ask(asked, id)).reasons[0];

const openAlone = () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  const producer = createProducer({ redisUrl, prefix });
  return {
    redisUrl,
    prefix,
    producer,
    enqueue: producer.enqueue,
    [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose](),
  };
};

test('of a job nobody knows there is nothing to tell', async () => {
  await using alone = openAlone();

  await expect(ask(alone, 'nobody')).rejects.toMatchObject({ code: 'job_not_found' });
});

test('no worker serves the queue', async () => {
  await using alone = openAlone();
  const job = await alone.enqueue(work, {});

  const told = await ask(alone, job.id);

  expect(told).toMatchObject({ jobId: job.id, task: 'sums.work', queue: 'sums', status: 'queued' });
  expect(told.reasons.map(({ code }) => code)).toEqual(['no_worker']);
  expect(told.reasons[0]).toMatchObject({ severity: 'blocking', detail: { queue: 'sums' } });
  expect(told.reasons[0]?.fix).toContain('taskyard worker -Q sums');
});

test('it has ended: well, badly, or cancelled', async () => {
  const fail = implement(add, () => {
    throw new Error('no such number');
  });
  await using platform = await startPlatform({ handlers: [fail, implement(work, () => 'done')] });
  const done = await platform.enqueue(work, {});
  const failed = await platform.enqueue(add, { a: 1, b: 1 }, { attempts: 1 });
  await done.result();
  await expect(failed.result()).rejects.toThrow('no such number');

  expect(await ask(platform, done.id)).toMatchObject({
    status: 'complete',
    reasons: [{ code: 'ended', severity: 'info', fix: null }],
  });
  const reason = await reasonFor(platform, failed.id, 'ended');
  expect(reason.message).toContain('no such number');
  expect(reason.fix).toContain(`taskyard dead redrive --id ${failed.id}`);
});

test('it runs, and is told to stop', async () => {
  const { handlers } = gated();
  const deaf = implement(add, () => new Promise<number>(() => {}));
  await using platform = await startPlatform({ handlers: [...handlers, deaf] });
  const job = await platform.enqueue(add, { a: 1, b: 1 });
  await eventually(async () => expect(await job.status()).toBe('in_progress'));

  const running = await first(platform, job.id);
  await job.cancel('not needed');
  const stopping = await ask(platform, job.id);

  expect(running).toMatchObject({
    code: 'running',
    detail: { attempt: 1, worker: platform.worker.id },
  });
  expect(stopping.reasons.map(({ code }) => code)).toEqual(['being_cancelled', 'running']);
  expect(stopping.reasons[0]?.message).toContain('not needed');
});

test('the queue is paused', async () => {
  const { handlers } = gated();
  await using platform = await startPlatform({ handlers });
  const queue = openQueue('sums', { redis: platform.producer.redis, prefix: platform.prefix });
  await queue.pause();
  const job = await platform.enqueue(work, {});

  expect(await first(platform, job.id)).toMatchObject({
    code: 'queue_paused',
    severity: 'blocking',
  });

  await queue.resume();
  await job.result();
});

test('its workers are paused, or shutting down', async () => {
  const { handlers } = gated();
  await using platform = await startPlatform({ handlers });
  await using fleet = openFleet(platform);
  await fleet.command('all', { name: 'pause' });
  const job = await platform.enqueue(work, { label: 'later' });
  const held = await platform.enqueue(work, { label: 'hold' }, { priority: 'critical' });

  const paused = await eventually(() => reasonFor(platform, job.id, 'workers_paused'), {
    timeoutMs: 10_000,
  });
  await fleet.command('all', { name: 'concurrency', to: 1 });
  await fleet.command('all', { name: 'resume' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));
  const stopped = platform.worker[Symbol.asyncDispose]();
  const draining = await eventually(() => reasonFor(platform, job.id, 'workers_draining'));
  await stopped;

  expect(paused).toMatchObject({ severity: 'blocking', detail: { workers: [platform.worker.id] } });
  expect(draining).toMatchObject({ severity: 'blocking' });
  expect(await first(platform, job.id)).toMatchObject({ code: 'no_worker' });
});

test('its worker is deaf', async () => {
  await using alone = openAlone();
  await using proxy = await openRedisProxy(alone.redisUrl);
  await using worker = spawnWorker({
    redisUrl: proxy.url,
    prefix: alone.prefix,
    deafAfterMs: 60_000,
  });
  await worker.says(/^ready/);

  proxy.freezeAfter('eval');
  const job = await alone.enqueue(work, { label: '1' });

  const reason = await eventually(() => reasonFor(alone, job.id, 'workers_deaf'), {
    timeoutMs: 14_000,
    everyMs: 200,
  });
  expect(reason).toMatchObject({ severity: 'blocking' });
});

test('no worker knows the task, or not every one', async () => {
  const { handlers, open } = gated();
  await using platform = await startPlatform({ handlers, concurrency: 1 });
  const held = await platform.enqueue(work, { label: 'hold' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));
  const job = await platform.enqueue(add, { a: 1, b: 1 });

  const nobody = await reasonFor(platform, job.id, 'unknown_task');
  const learned = await platform.startWorker({
    handlers: [implement(add, () => new Promise<number>(() => {}))],
    queues: ['sums'],
  });
  await platform.enqueue(add, { a: 2, b: 2 }, { priority: 'critical' });
  const waiting = await platform.enqueue(add, { a: 3, b: 3 });
  const some = await reasonFor(platform, waiting.id, 'unknown_task');

  expect(nobody).toMatchObject({ severity: 'blocking', detail: { task: 'sums.add', known: 0 } });
  expect(some).toMatchObject({
    severity: 'info',
    detail: { known: 1, workers: [platform.worker.id] },
  });
  expect(learned.id).not.toBe(platform.worker.id);
  open();
});

test('a limit is reached: of running jobs, of a rate, or since a provider asked to wait', async () => {
  const { handlers } = gated();
  const refuse = implement(shared, () => {
    throw Object.assign(new Error('429'), { retryAfterMs: 60_000 });
  });
  await using platform = await startPlatform({ handlers: [...handlers, refuse] });
  const held = await platform.enqueue(narrow, { label: 'hold' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));
  await (await platform.enqueue(rated, { label: 'quick' })).result();
  const refused = await platform.enqueue(shared, { label: 'x' });
  await eventually(async () => expect(await refused.status()).toBe('retrying'));

  const byCount = await platform.enqueue(narrow, { label: 'waits' });
  const byRate = await platform.enqueue(rated, { label: 'waits' });
  const byProvider = await platform.enqueue(shared, { label: 'waits' });

  expect(await first(platform, byCount.id)).toMatchObject({
    code: 'limit_reached',
    severity: 'waiting',
    detail: { limit: 'task:sums.narrow', running: 1, concurrency: 1, againAt: null },
  });
  const ofRate = await reasonFor(platform, byRate.id, 'limit_reached');
  const again = (ofRate.detail['againAt'] as Date).getTime() - Date.now();
  expect(ofRate.detail).toMatchObject({ limit: 'task:sums.rated', rate: { max: 1 } });
  expect(again).toBeGreaterThan(50_000);
  const ofProvider = await reasonFor(platform, byProvider.id, 'limit_reached');
  expect(ofProvider.detail).toMatchObject({ limit: 'provider' });
  expect(ofProvider.message).toContain('asked to wait');
});

test("the queue's own limit is reached", async () => {
  const { handlers, open } = gated();
  await using platform = await startPlatform({ handlers });
  const queue = openQueue('sums', { redis: platform.producer.redis, prefix: platform.prefix });
  await queue.setGlobalConcurrency(1);
  const held = await platform.enqueue(work, { label: 'hold' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));
  const job = await platform.enqueue(work, { label: 'next' });

  const ofCount = await reasonFor(platform, job.id, 'queue_limit_reached');
  await queue.removeGlobalConcurrency();
  open();
  await job.result();
  await queue.setGlobalRateLimit(1, 60_000);
  await (await platform.enqueue(work, { label: 'last one' })).result();
  const late = await platform.enqueue(work, { label: 'late' });
  const ofRate = await reasonFor(platform, late.id, 'queue_limit_reached');

  expect(ofCount.detail).toMatchObject({ queue: 'sums', running: 1, concurrency: 1 });
  expect(ofRate.detail).toMatchObject({ rate: { max: 1, perMs: 60_000 } });
});

test('it is delayed, or comes again after an error', async () => {
  const fail = implement(work, () => {
    throw new Error('the line is busy');
  });
  await using platform = await startPlatform({ handlers: [fail] });
  const at = new Date(Date.now() + 60_000);
  const delayed = await platform.enqueue(work, {}, { at });
  const backoff = { type: 'fixed', delayMs: 60_000 } as const;
  const retrying = await platform.enqueue(work, {}, { backoff });
  await eventually(async () => expect(await retrying.status()).toBe('retrying'));

  const told = await ask(platform, delayed.id);
  expect(told.reasons.map(({ code }) => code)).toEqual(['delayed']);
  expect(told.reasons[0]).toMatchObject({ severity: 'waiting', detail: { dueAt: at } });
  const reason = await first(platform, retrying.id);
  expect(reason).toMatchObject({ code: 'retrying', detail: { nextAttempt: 2 } });
  expect(reason?.message).toContain('the line is busy');
});

test('a delayed job that nobody will take says both, the delay first', async () => {
  await using alone = openAlone();
  const job = await alone.enqueue(work, {}, { delayMs: 60_000 });

  const { reasons } = await ask(alone, job.id);

  expect(reasons.map(({ code }) => code)).toEqual(['delayed', 'no_worker']);
});

test('it has expired while it waited', async () => {
  await using alone = openAlone();
  const job = await alone.enqueue(work, {}, { expiresInMs: 1 });

  const told = await eventually(async () => {
    const answer = await ask(alone, job.id);
    expect(answer.reasons[0]?.code).toBe('expired');
    return answer;
  });

  expect(told.status).toBe('expired');
});

test('it waits for jobs of its flow, and says which', async () => {
  const { handlers } = gated();
  await using platform = await startPlatform({
    handlers: [...handlers, implement(other, () => 'x')],
  });
  const last = defineTask({
    ...base,
    name: 'sums.last',
    payload: z.strictObject({ all: z.array(z.string()) }),
  });
  const flow = await platform.producer.enqueueFlow(
    chain(
      group([work.s({ label: 'hold' }), work.s({ label: 'quick' }), other.s({ label: 'quick' })]),
      last.s({}, { input: 'all' }),
    ),
    { tasks: [work, other, last] },
  );

  const reason = await eventually(async () => {
    const found = await reasonFor(platform, flow.id, 'waits_for_jobs');
    expect(found.detail['pending']).toBe(1);
    return found;
  });

  expect(reason).toMatchObject({
    severity: 'waiting',
    detail: { inputs: 3, jobs: [{ task: 'sums.work', status: 'in_progress' }] },
  });
  // That nobody knows its task is told before it matters.
  await expect(reasonFor(platform, flow.id, 'unknown_task')).resolves.toBeDefined();
});

test('its flow is not all there yet', async () => {
  await using alone = openAlone();
  const { redis } = alone.producer;
  const access = { redis, scripts: scriptsOf(redis), keys: keysOf(alone.prefix) };
  const { jobs, entries } = compileFlow(group([work.s({}), work.s({})]), () => work, {});
  await createGate(access, entries);
  await addJobs(access.scripts, access.keys, jobs);

  const reason = await reasonFor(alone, entries[0]?.id ?? '', 'flow_being_written');

  expect(reason).toMatchObject({ severity: 'waiting' });
});

test('its task is quarantined', async () => {
  await using alone = openAlone();
  const job = await alone.enqueue(work, {});
  const found = JSON.stringify({ since: Date.now(), crashes: 5, jobs: 2 });
  await alone.producer.redis.hset(`{${alone.prefix}}:quarantine`, 'sums.work', found);

  const reason = await first(alone, job.id);

  expect(reason).toMatchObject({
    code: 'task_quarantined',
    severity: 'blocking',
    detail: { task: 'sums.work', crashes: 5, jobs: 2 },
  });
  expect(reason?.fix).toContain('taskyard quarantine lift sums.work');
});

/** A worker process that holds a job for as long as it lives. */
const spawnHolding = async (alone: ReturnType<typeof openAlone>) => {
  const { redisUrl, prefix } = alone;
  const process = spawnWorker({ redisUrl, prefix, name: 'dying', concurrency: 1, lockMs: 1_000 });
  await process.says(/^ready/);
  const job = await alone.enqueue(work, { label: '60000' });
  await eventually(async () => expect(await job.status()).toBe('in_progress'));
  const kill = async () => {
    process.signal('SIGKILL');
    await process.ended;
  };
  return { job, kill, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
};

test('its worker died, and nobody has taken it over yet', async () => {
  await using alone = openAlone();
  await using holding = await spawnHolding(alone);

  await holding.kill();

  const lost = await eventually(() => reasonFor(alone, holding.job.id, 'worker_lost'));
  expect(lost.detail).toMatchObject({ worker: 'dying' });
});

test('its worker died, and it waits for one that runs nothing else', async () => {
  const { handlers, open } = gated();
  await using alone = openAlone();
  await using holding = await spawnHolding(alone);
  const { redisUrl, prefix } = alone;
  await using _busy = await startWorker({
    handlers,
    redisUrl,
    prefix,
    concurrency: 2,
    lockMs: 1_000,
  });
  const held = await alone.enqueue(work, { label: 'hold' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));

  await holding.kill();

  const reason = await eventually(() => reasonFor(alone, holding.job.id, 'runs_alone'));
  expect(reason).toMatchObject({ severity: 'waiting', detail: { quarantined: false } });
  open();
});

test('all slots are taken, and jobs are before it', async () => {
  const { handlers, open } = gated();
  await using platform = await startPlatform({ handlers, concurrency: 2 });
  const quick = Array.from({ length: 20 }, () => platform.enqueue(work, { label: 'quick' }));
  await Promise.all((await Promise.all(quick)).map((job) => job.result()));
  const holds = await Promise.all(
    ['hold 1', 'hold 2'].map((label) => platform.enqueue(work, { label })),
  );
  for (const job of holds) {
    await eventually(async () => expect(await job.status()).toBe('in_progress'));
  }
  for (let i = 0; i < 7; i += 1) await platform.enqueue(work, { label: 'before' });
  await platform.enqueue(work, { label: 'low' }, { priority: 'low' });
  const job = await platform.enqueue(work, { label: 'asked' });

  const busy = await eventually(() => reasonFor(platform, job.id, 'workers_busy'), {
    timeoutMs: 10_000,
  });
  const behind = await reasonFor(platform, job.id, 'behind_jobs');

  expect(busy.detail).toMatchObject({ running: 2, slots: 2, workers: [platform.worker.id] });
  expect(behind.detail).toMatchObject({ ahead: 7, priority: 5 });
  expect(behind.detail['perSecond']).toBeGreaterThan(0);
  expect(behind.detail['startsAt']).toBeInstanceOf(Date);
  open();
});

test('its workers serve another queue first', async () => {
  const { handlers, open } = gated();
  const never = implement(other, () => 'x');
  await using platform = await startPlatform({
    handlers: [...handlers, never],
    queues: ['sums', 'others'],
    concurrency: 1,
  });
  const held = await platform.enqueue(work, { label: 'hold' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));
  await platform.enqueue(work, { label: 'first' });
  await platform.enqueue(narrow, { label: 'second' });

  const job = await platform.enqueue(other, { label: 'asked' });

  const reason = await reasonFor(platform, job.id, 'lower_precedence');
  expect(reason.detail).toEqual({ queues: { sums: 2 } });
  open();
});

test('other groups come first', async () => {
  const { handlers, open } = gated();
  await using platform = await startPlatform({ handlers, concurrency: 1 });
  const held = await platform.enqueue(work, { label: 'hold' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));
  for (const name of ['a', 'b', 'c'])
    await platform.enqueue(work, { label: name }, { group: name });
  const job = await platform.enqueue(work, { label: 'asked' }, { group: 'd' });
  const second = await platform.enqueue(work, { label: 'asked' }, { group: 'd' });

  const turn = await reasonFor(platform, job.id, 'lane_turn');
  const behind = await reasonFor(platform, second.id, 'behind_jobs');

  expect(turn.detail).toEqual({ ahead: 3, group: 'd' });
  expect(behind.detail).toMatchObject({ ahead: 1 });
  open();
});

test('nothing is in its way', async () => {
  const { handlers } = gated();
  await using platform = await startPlatform({ handlers });
  const redis = connectRedis({ url: platform.redisUrl });
  // Nobody is woken while the queue is paused.
  await redis.hset(`{${platform.prefix}}:sums:meta`, 'paused', 1);
  const job = await platform.enqueue(work, {});
  await redis.hdel(`{${platform.prefix}}:sums:meta`, 'paused');

  const reason = await first(platform, job.id);
  redis.disconnect();

  expect(reason).toMatchObject({ code: 'about_to_start', severity: 'info', fix: null });
  await job.result({ timeoutMs: 10_000 });
});
