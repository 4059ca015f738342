import { chain, defineTask } from '@shared/contracts';
import { type DeadLetterFilter, implement, openDeadLetters } from '@shared/queue';
import { eventually } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { work } from './tasks.ts';

const payload = z.strictObject({ label: z.string() });
const result = z.string();
const options = { payload, result, attempts: 2, backoff: { type: 'fixed', delayMs: 1 } } as const;
const pay = defineTask({ name: 'pay.charge', queue: 'pay', ...options });
const mail = defineTask({ name: 'mail.send', queue: 'mail', ...options });

/** Handlers that fail with their label until they are mended. */
const brokenHandlers = () => {
  const state = { broken: true };
  const runs: { label: string; attempt: number; attempts: number; fence: number }[] = [];
  const handle = ({ label }: { label: string }, attempt: (typeof runs)[number]) => {
    const { attempt: nth, attempts, fence } = attempt;
    runs.push({ label, attempt: nth, attempts, fence });
    if (state.broken) throw Object.assign(new Error(label), { code: `no_${label}` });
    return label;
  };
  const handlers = [
    implement(pay, ({ label }, { attempt, attempts, fence }) =>
      handle({ label }, { label, attempt, attempts, fence }),
    ),
    implement(mail, ({ label }, { attempt, attempts, fence }) =>
      handle({ label }, { label, attempt, attempts, fence }),
    ),
  ];
  return { state, runs, handlers };
};

const open = ({ redisUrl, prefix }: Platform) => openDeadLetters({ redisUrl, prefix });

/** Enqueues jobs and waits until they have failed. */
const failed = async (
  platform: Platform,
  items: { task: typeof pay; label: string; options?: Parameters<Platform['enqueue']>[2] }[],
) => {
  const ids: string[] = [];
  for (const { task, label, options: more } of items) {
    const job = await platform.enqueue(task, { label }, more);
    await expect(job.result()).rejects.toThrow();
    ids.push(job.id);
  }
  return ids;
};

test('what failed for good is a dead letter, found by each of its traits, the latest first', async () => {
  const { handlers } = brokenHandlers();
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const [first = '', second = ''] = await failed(platform, [
    { task: pay, label: 'money', options: { tags: ['vip'], group: 'acme' } },
    { task: mail, label: 'ink' },
  ]);
  const cancelled = await platform.enqueue(pay, { label: 'x' }, { delayMs: 60_000 });
  await cancelled.cancel('not wanted');
  const { failedAt } = (await deadLetters.list({ task: 'mail.send' })).deadLetters[0] ?? {};

  const found = async (filter: DeadLetterFilter) => {
    const { deadLetters: page } = await deadLetters.list(filter);
    expect(await deadLetters.count(filter)).toBe(page.length);
    return page.map(({ jobId }) => jobId);
  };
  await expect(found({})).resolves.toEqual([second, first]);
  await expect(found({ queue: 'pay' })).resolves.toEqual([first]);
  await expect(found({ task: 'mail.send' })).resolves.toEqual([second]);
  await expect(found({ code: 'no_money' })).resolves.toEqual([first]);
  await expect(found({ errorText: 'INK' })).resolves.toEqual([second]);
  await expect(found({ tag: 'vip' })).resolves.toEqual([first]);
  await expect(found({ group: 'acme', queue: 'mail' })).resolves.toEqual([]);
  await expect(found({ since: failedAt ?? new Date(0) })).resolves.toEqual([second]);
  await expect(found({ until: new Date(0) })).resolves.toEqual([]);
  await expect(found({ quarantined: true })).resolves.toEqual([]);
  await expect(found({ code: 'cancelled' })).resolves.toEqual([cancelled.id]);
  const { deadLetters: page } = await deadLetters.list({ tag: 'vip' });
  expect(page).toMatchObject([
    { task: 'pay.charge', code: 'no_money', reason: 'money', attempts: 2, redriven: 0 },
  ]);
});

test('a redriven job runs as if it were new: attempts begin anew, fence and history go on', async () => {
  const { handlers, state, runs } = brokenHandlers();
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const [id = ''] = await failed(platform, [{ task: pay, label: 'money' }]);

  const { jobs } = await deadLetters.redrive({ task: 'pay.charge' });
  const job = await platform.producer.jobById(id);
  await eventually(async () => expect(await deadLetters.count()).toBe(1));
  state.broken = false;
  await deadLetters.redrive([id], { attempts: 7, priority: 'critical' });

  expect(jobs).toEqual([{ jobId: id, queue: 'pay', task: 'pay.charge', code: 'no_money' }]);
  await expect(job.result()).resolves.toBe('money');
  expect(runs.map(({ attempt, attempts }) => [attempt, attempts])).toEqual([
    [1, 2],
    [2, 2],
    [1, 2],
    [2, 2],
    [1, 7],
  ]);
  const fences = runs.map(({ fence }) => fence);
  expect(fences).toEqual(fences.toSorted((a, b) => a - b));
  expect(new Set(fences).size).toBe(5);
  const record = await job.record();
  expect(record).toMatchObject({ status: 'complete', attempts: 1, priority: 0 });
  expect(record.error?.history.map(({ attempt, message }) => [attempt, message])).toEqual([
    [1, 'money'],
    [2, 'money'],
    [1, 'money'],
    [2, 'money'],
  ]);
  await expect(deadLetters.count()).resolves.toBe(0);
});

test('errors of the last three rounds are kept', async () => {
  const { handlers } = brokenHandlers();
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const [id = ''] = await failed(platform, [{ task: pay, label: 'money' }]);

  for (let round = 1; round <= 4; round += 1) {
    await deadLetters.redrive([id]);
    await eventually(async () => expect(await deadLetters.count()).toBe(1));
  }

  const { error } = await platform.record(id);
  expect(error?.history).toHaveLength(6);
});

test('a dry run says what would be touched, all of it, and touches nothing', async () => {
  const { handlers, runs } = brokenHandlers();
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const ids = await failed(platform, [
    { task: pay, label: 'a' },
    { task: pay, label: 'b' },
    { task: mail, label: 'c' },
  ]);
  const before = runs.length;
  const dryRun = true;

  const redrive = await deadLetters.redrive({ queue: 'pay' }, { dryRun });
  const deletion = await deadLetters.delete([...ids, 'nobody'], { dryRun });

  expect(redrive).toMatchObject({ dryRun: true, skipped: [] });
  expect(redrive.jobs.map(({ jobId }) => jobId)).toEqual([ids[1], ids[0]]);
  expect(deletion.jobs.map(({ jobId }) => jobId)).toEqual(ids);
  expect(deletion.skipped).toEqual([{ jobId: 'nobody', reason: 'gone' }]);
  await expect(deadLetters.count()).resolves.toBe(3);
  expect(runs).toHaveLength(before);
});

test('deleted dead letters leave nothing behind', async () => {
  const { handlers } = brokenHandlers();
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const [kept = '', gone = ''] = await failed(platform, [
    { task: mail, label: 'kept' },
    { task: pay, label: 'gone', options: { tags: ['vip'] } },
  ]);

  const { jobs } = await deadLetters.delete({ tag: 'vip' });

  expect(jobs.map(({ jobId }) => jobId)).toEqual([gone]);
  await expect(platform.producer.jobById(gone)).rejects.toMatchObject({ code: 'job_not_found' });
  const { deadLetters: left } = await deadLetters.list();
  expect(left.map(({ jobId }) => jobId)).toEqual([kept]);
  const { redis } = platform.producer;
  const keys = await redis.keys(`{${platform.prefix}}:*`);
  expect(keys.filter((key) => key.includes(gone) || key.includes('gone'))).toEqual([]);
});

test('a redrive of many is spread over the time it is given', async () => {
  const { handlers } = brokenHandlers();
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const labels = ['a', 'b', 'c', 'd'];
  await failed(
    platform,
    labels.map((label) => ({ task: pay, label })),
  );
  await platform.worker[Symbol.asyncDispose]();

  const start = Date.now();
  const { jobs } = await deadLetters.redrive({ queue: 'pay' }, { spreadMs: 60_000 });

  const dues = await Promise.all(
    jobs.map(async ({ jobId }) => (await platform.record(jobId)).dueAt?.getTime()),
  );
  const waits = dues.map((due) => (due === undefined ? 0 : Math.round((due - start) / 1_000)));
  expect(waits).toEqual([0, 15, 30, 45]);
});

test('a bulk redrive works in batches and leaves out what fails again meanwhile', async () => {
  const { handlers, runs } = brokenHandlers();
  await using platform = await startPlatform({ handlers, concurrency: 50 });
  await using deadLetters = open(platform);
  const many = Array.from({ length: 450 }, (_, i) => ({
    task: pay,
    payload: { label: `n${i}` },
    options: { attempts: 1 },
  }));
  await platform.producer.enqueueMany(many);
  await eventually(async () => expect(await deadLetters.count({ queue: 'pay' })).toBe(450), {
    timeoutMs: 20_000,
  });

  const { jobs } = await deadLetters.redrive({ queue: 'pay' }, { attempts: 1 });

  expect(new Set(jobs.map(({ jobId }) => jobId)).size).toBe(450);
  await eventually(() => expect(runs).toHaveLength(900), { timeoutMs: 20_000 });
  await eventually(async () => expect(await deadLetters.count({ queue: 'pay' })).toBe(450));
});

test('an expired or cancelled job is redriven if it is asked for by that code', async () => {
  const { handlers, state } = brokenHandlers();
  state.broken = false;
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const expired = await platform.enqueue(pay, { label: 'late' }, { expiresInMs: 1, delayMs: 30 });
  await expect(expired.result()).rejects.toMatchObject({ code: 'expired' });
  await eventually(async () => expect(await deadLetters.count({ code: 'expired' })).toBe(1));
  const cancelled = await platform.enqueue(pay, { label: 'anyway' }, { delayMs: 60_000 });
  await cancelled.cancel();

  await deadLetters.redrive({});
  await expect(deadLetters.count({ code: 'expired' })).resolves.toBe(1);
  await deadLetters.redrive({ code: 'expired' });
  await deadLetters.redrive({ code: 'cancelled' });

  await expect(expired.result()).resolves.toBe('late');
  await expect(cancelled.result()).resolves.toBe('anyway');
});

test('a job waits in its group and under its limits when it is redriven', async () => {
  const one = defineTask({
    name: 'pay.one',
    queue: 'pay',
    payload,
    result,
    attempts: 1,
    concurrency: 1,
  });
  const state = { broken: true, now: 0, most: 0 };
  const handler = implement(one, async ({ label }) => {
    if (state.broken) throw new Error('broken');
    state.most = Math.max(state.most, (state.now += 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    state.now -= 1;
    return label;
  });
  await using platform = await startPlatform({ handlers: [handler] });
  await using deadLetters = open(platform);
  const ids = await failed(
    platform,
    ['a', 'b', 'c'].map((label) => ({ task: one, label, options: { group: label } })),
  );
  state.broken = false;

  await deadLetters.redrive({ queue: 'pay' });
  const jobs = await Promise.all(ids.map((id) => platform.producer.jobById(id)));
  const results = await Promise.all(jobs.map((job) => job.result()));

  expect(results).toEqual(['a', 'b', 'c']);
  expect(state.most).toBe(1);
});

test('a failed step of a flow is redriven itself; what failed because of it stays failed', async () => {
  const { handlers, state } = brokenHandlers();
  const last = defineTask({
    name: 'mail.report',
    queue: 'mail',
    payload: z.strictObject({ of: z.string() }),
    result,
  });
  const report = implement(last, ({ of }) => of);
  await using platform = await startPlatform({ handlers: [...handlers, report] });
  await using deadLetters = open(platform);
  const flow = await platform.producer.enqueueFlow(
    chain(pay.s({ label: 'money' }), last.s({}, { input: 'of' })),
    { tasks: [pay, last] },
  );
  await expect(flow.result()).rejects.toMatchObject({ failureCode: 'child_failed' });
  state.broken = false;

  const { jobs, skipped } = await deadLetters.redrive({});

  expect(jobs.map(({ task }) => task)).toEqual(['pay.charge']);
  expect(skipped).toEqual([{ jobId: flow.id, reason: 'inputs_missing' }]);
  const child = await platform.producer.jobById(jobs[0]?.jobId ?? '');
  await expect(child.result()).resolves.toBe('money');
  await expect(flow.status()).resolves.toBe('failed');
});

test('a job whose unique key another job holds is not redriven', async () => {
  const { handlers } = brokenHandlers();
  await using platform = await startPlatform({ handlers });
  await using deadLetters = open(platform);
  const unique = { key: 'order-1', until: 'finished' } as const;
  const [id = ''] = await failed(platform, [{ task: pay, label: 'money', options: { unique } }]);
  const next = await platform.enqueue(pay, { label: 'money' }, { unique, delayMs: 60_000 });

  const held = await deadLetters.redrive([id]);
  await next.cancel();
  const free = await deadLetters.redrive([id], { dryRun: true });

  expect(next.duplicate).toBe(false);
  expect(held).toMatchObject({
    jobs: [],
    skipped: [{ jobId: id, reason: 'unique_key_held', heldBy: next.id }],
  });
  expect(free.jobs).toHaveLength(1);
});

test('a job that is at work is no dead letter', async () => {
  await using platform = await startPlatform({ handlers: [implement(work, () => 'done')] });
  await using deadLetters = open(platform);
  const done = await platform.enqueue(work, {});
  await done.result();
  const waiting = await platform.enqueue(work, {}, { delayMs: 60_000 });

  const outcome = await deadLetters.redrive([done.id, waiting.id]);
  const deletion = await deadLetters.delete([done.id, waiting.id]);

  const skipped = [done.id, waiting.id].map((jobId) => ({ jobId, reason: 'gone' }));
  expect(outcome).toEqual({ dryRun: false, jobs: [], skipped });
  expect(deletion).toEqual({ dryRun: false, jobs: [], skipped });
  await expect(waiting.status()).resolves.toBe('scheduled');
});

test.for([
  { wrong: 'a filter that is none', filter: { jobId: 'x' }, path: 'jobId' },
  { wrong: 'an id as a filter', filter: { id: 'x' }, path: 'id' },
  { wrong: 'attempts that are none', filter: {}, more: { attempts: 0 }, path: 'attempts' },
  { wrong: 'a priority that is none', filter: {}, more: { priority: 12 }, path: 'priority' },
  { wrong: 'a spread that is none', filter: {}, more: { spreadMs: -1 }, path: 'spreadMs' },
])('$wrong is refused by name', async ({ filter, more, path }) => {
  await using platform = await startPlatform({ handlers: [implement(work, () => 'done')] });
  await using deadLetters = open(platform);

  const redriven = deadLetters.redrive(filter as DeadLetterFilter, more as never);

  await expect(redriven).rejects.toMatchObject({ code: 'invalid_option', path });
});
