import { chain, defineTask } from '@shared/contracts';
import { implement, type JobFilter, searchJobs } from '@shared/queue';
import { eventually } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { add, other, work } from './tasks.ts';

const payload = z.strictObject({ label: z.string().default('some') });
const result = z.string();

const narrow = defineTask({ name: 'sums.narrow', queue: 'sums', payload, result, concurrency: 1 });
const failing = defineTask({ name: 'sums.fail', queue: 'sums', payload, result, attempts: 1 });

/** Fails with its label as the reason. */
const fail = implement(failing, ({ label }) => {
  throw new Error(label);
});

const search = ({ producer, prefix }: Platform, filter: JobFilter, limit = 100) =>
  searchJobs({ redis: producer.redis, prefix }, filter, { limit });

const idsOf = async (platform: Platform, filter: JobFilter) =>
  (await search(platform, filter)).jobs.map(({ jobId }) => jobId);

/** All pages of `limit` jobs. */
const allPages = async ({ producer, prefix }: Platform, filter: JobFilter, limit: number) => {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await searchJobs({ redis: producer.redis, prefix }, filter, {
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.jobs.map(({ jobId }) => jobId));
    cursor = page.cursor;
  }
  return ids;
};

const indexKeys = ({ producer, prefix }: Platform) => producer.redis.keys(`{${prefix}}:by:*`);

test('jobs are found by tag and by group, the latest first, whether they have ended or not', async () => {
  await using platform = await startPlatform({ handlers: [implement(work, () => 'done')] });
  const first = await platform.enqueue(work, {}, { tags: ['vip', 'eu'], group: 'acme' });
  await first.result();
  const second = await platform.enqueue(work, {}, { tags: ['vip'], delayMs: 60_000 });
  const third = await platform.enqueue(work, {}, { group: 'acme', delayMs: 60_000 });

  await expect(idsOf(platform, { tag: 'vip' })).resolves.toEqual([second.id, first.id]);
  await expect(idsOf(platform, { group: 'acme' })).resolves.toEqual([third.id, first.id]);
  await expect(idsOf(platform, { tag: 'vip', group: 'acme' })).resolves.toEqual([first.id]);
  await expect(idsOf(platform, { tag: 'vip', status: 'complete' })).resolves.toEqual([first.id]);
  await expect(idsOf(platform, { tag: 'eu', queue: 'others' })).resolves.toEqual([]);
  const { jobs } = await search(platform, { tag: 'eu' });
  expect(jobs).toMatchObject([
    { task: 'sums.work', queue: 'sums', status: 'complete', group: 'acme', tags: ['vip', 'eu'] },
  ]);
});

test('a job that ended later comes before one that was enqueued later', async () => {
  const gate = Promise.withResolvers<void>();
  const handler = implement(work, async ({ label }) => {
    if (label === 'slow') await gate.promise;
    return label;
  });
  await using platform = await startPlatform({ handlers: [handler] });
  const slow = await platform.enqueue(work, { label: 'slow' }, { tags: ['order'] });
  const quick = await platform.enqueue(work, { label: 'quick' }, { tags: ['order'] });
  await quick.result();

  await expect(idsOf(platform, { tag: 'order' })).resolves.toEqual([quick.id, slow.id]);
  gate.resolve();
  await slow.result();

  await expect(idsOf(platform, { tag: 'order' })).resolves.toEqual([slow.id, quick.id]);
});

test('a job with neither tags nor group is in no index', async () => {
  await using platform = await startPlatform({ handlers: [implement(work, () => 'done')] });

  const job = await platform.enqueue(work, {});
  await job.result();

  await expect(indexKeys(platform)).resolves.toEqual([]);
  await expect(idsOf(platform, { id: job.id })).resolves.toEqual([job.id]);
});

test('a job leaves its indexes with its record', async () => {
  const brief = defineTask({ ...failing, keepFailedMs: 1 });
  const failBriefly = implement(brief, ({ label }) => {
    throw new Error(label);
  });
  await using platform = await startPlatform({
    handlers: [implement(work, () => 'done'), failBriefly],
  });
  const options = { tags: ['short'], group: 'acme' };
  const jobs = [
    await platform.enqueue(work, {}, { ...options, keepResultMs: 1 }),
    await platform.enqueue(work, {}, { ...options, keepResultMs: 0 }),
    await platform.enqueue(brief, { label: 'too bad' }, options),
  ];

  const { redis } = platform.producer;
  await eventually(
    async () => {
      const keys = jobs.map(({ id }) => `{${platform.prefix}}:sums:${id}`);
      await expect(redis.exists(...keys)).resolves.toBe(0);
    },
    { timeoutMs: 15_000 },
  );

  await expect(indexKeys(platform)).resolves.toEqual([]);
  await expect(redis.exists(`{${platform.prefix}}:words`)).resolves.toBe(0);
});

test('failed jobs are found by the words of their error, their beginnings and their code', async () => {
  await using platform = await startPlatform({ handlers: [fail] });
  const reasons = [
    'connect ECONNREFUSED 10.0.0.7:443',
    'the mail server refused the address of order 4711',
    'Größe unbekannt',
  ];
  const ids: string[] = [];
  for (const label of reasons) {
    const job = await platform.enqueue(failing, { label }, { tags: ['mixed'] });
    await expect(job.result()).rejects.toThrow(label);
    ids.push(job.id);
  }
  const [refused, mail, size] = ids;

  const found = (errorText: string) => idsOf(platform, { errorText });
  await expect(found('econnrefused')).resolves.toEqual([refused]);
  await expect(found('ECONN')).resolves.toEqual([refused]);
  await expect(found('server order')).resolves.toEqual([mail]);
  await expect(found('order 4711, mail!')).resolves.toEqual([mail]);
  await expect(found('größe')).resolves.toEqual([size]);
  await expect(found('refused connect')).resolves.toEqual([]);
  await expect(found('fused')).resolves.toEqual([]);
  await expect(idsOf(platform, { code: 'error' })).resolves.toEqual([size, mail, refused]);
  await expect(idsOf(platform, { code: 'error', tag: 'mixed' })).resolves.toHaveLength(3);
  await expect(idsOf(platform, { code: 'timeout' })).resolves.toEqual([]);
  await expect(idsOf(platform, { task: 'sums.fail', status: 'failed' })).resolves.toHaveLength(3);
  const { jobs } = await search(platform, { errorText: 'ECONN' });
  expect(jobs[0]?.error).toEqual({ code: 'error', message: reasons[0] });
});

test('jobs are found by their status, wherever they stand', async () => {
  const gate = Promise.withResolvers<void>();
  const handlers = [
    implement(narrow, async ({ label }) => (await gate.promise, label)),
    implement(add, () => {
      throw new Error('again');
    }),
    fail,
  ];
  await using platform = await startPlatform({ handlers, queues: ['sums'], concurrency: 4 });
  const running = await platform.enqueue(narrow, { label: 'runs' });
  await eventually(async () => expect(await running.status()).toBe('in_progress'));

  const held = await platform.enqueue(narrow, { label: 'held by its limit' });
  const grouped = await platform.enqueue(narrow, { label: 'too' }, { group: 'acme' });
  const plain = await platform.enqueue(other, { label: 'nobody serves it' });
  const scheduled = await platform.enqueue(work, {}, { delayMs: 60_000 });
  const retrying = await platform.enqueue(
    add,
    { a: 1, b: 1 },
    {
      backoff: { type: 'fixed', delayMs: 60_000 },
    },
  );
  const failed = await platform.enqueue(failing, { label: 'bad' });
  const cancelled = await platform.enqueue(work, {}, { delayMs: 60_000 });
  await cancelled.cancel();
  const flow = await platform.producer.enqueueFlow(
    chain(other.s({ label: 'first' }), other.s({}, { input: 'label' })),
    { tasks: [other] },
  );
  await eventually(async () => expect(await retrying.status()).toBe('retrying'));
  await eventually(async () => expect(await failed.status()).toBe('failed'));

  const found = async (status: JobFilter['status']) =>
    new Set(await idsOf(platform, { ...(status && { status }) }));
  const [child] = (await search(platform, { task: 'others.work', status: 'queued' })).jobs.filter(
    ({ jobId }) => jobId !== plain.id,
  );
  await expect(found('in_progress')).resolves.toEqual(new Set([running.id]));
  await expect(found('queued')).resolves.toEqual(
    new Set([held.id, grouped.id, plain.id, child?.jobId]),
  );
  // What waits in lanes is counted too.
  await expect(platform.producer.queueCounts()).resolves.toMatchObject({ sums: { queued: 2 } });
  await expect(found('scheduled')).resolves.toEqual(new Set([scheduled.id]));
  await expect(found('retrying')).resolves.toEqual(new Set([retrying.id]));
  await expect(found('waiting_children')).resolves.toEqual(new Set([flow.id]));
  await expect(found('failed')).resolves.toEqual(new Set([failed.id]));
  await expect(found('cancelled')).resolves.toEqual(new Set([cancelled.id]));
  await expect(found(['failed', 'cancelled'])).resolves.toHaveProperty('size', 2);
  await expect(found(undefined)).resolves.toHaveProperty('size', 10);
  gate.resolve();
  await Promise.all([running, held, grouped].map((job) => job.result()));
  await expect(found('complete')).resolves.toEqual(new Set([running.id, held.id, grouped.id]));
  await expect(
    platform.producer.redis.exists(`{${platform.prefix}}:sums:lane-names`),
  ).resolves.toBe(0);
});

test('jobs are found by task and time', async () => {
  await using platform = await startPlatform({
    handlers: [implement(work, () => 'done'), implement(add, ({ a, b }) => a + b)],
  });
  const before = await platform.enqueue(work, {});
  await before.result();
  const since = new Date((await before.record()).finishedAt?.getTime() ?? 0);
  await eventually(() => expect(Date.now()).toBeGreaterThan(since.getTime()));
  const after = await platform.enqueue(work, {});
  await Promise.all([after.result(), (await platform.enqueue(add, { a: 1, b: 2 })).result()]);

  const later = new Date(since.getTime() + 1);
  const task = 'sums.work';
  await expect(idsOf(platform, { task })).resolves.toEqual([after.id, before.id]);
  await expect(idsOf(platform, { task, since: later })).resolves.toEqual([after.id]);
  await expect(idsOf(platform, { task, until: since })).resolves.toEqual([before.id]);
  await expect(idsOf(platform, { task, until: new Date(0) })).resolves.toEqual([]);
});

test.for([
  { by: 'tag', filter: { tag: 'many' } },
  { by: 'status', filter: { status: 'queued', queue: 'others' } },
  { by: 'group and status', filter: { group: 'g1', status: 'queued' } },
] as const)('pages by $by hold every job once', async ({ filter }) => {
  await using platform = await startPlatform({ handlers: [implement(work, () => 'x')] });
  const jobs = await platform.producer.enqueueMany(
    Array.from({ length: 450 }, (_, i) => ({
      task: other,
      payload: { label: String(i) },
      options: { tags: ['many'], ...(i % 3 === 0 ? {} : { group: `g${i % 3}` }) },
    })),
  );
  const wanted = jobs.filter((_, i) => !('group' in filter) || i % 3 === 1).map(({ id }) => id);

  const found = await allPages(platform, filter, 40);

  expect(found.toSorted()).toEqual(wanted.toSorted());
});

test('an index keeps its newest entries only, and forgets jobs that others removed', async () => {
  await using platform = await startPlatform({ handlers: [fail] });
  const { redis } = platform.producer;
  const key = `{${platform.prefix}}:by:task:sums.fail`;
  for (let at = 0; at < 100_000; at += 10_000) {
    const entries = Array.from({ length: 10_000 }, (_, i) => [
      at + i + 1,
      `sums:old-${at + i + 1}`,
    ]);
    await redis.zadd(key, ...entries.flat());
  }

  const job = await platform.enqueue(failing, { label: 'new' });
  await expect(job.result()).rejects.toThrow('new');

  await expect(redis.zcard(key)).resolves.toBe(100_000);
  await expect(redis.zscore(key, 'sums:old-1')).resolves.toBeNull();
  const page = await search(platform, { task: 'sums.fail', status: 'failed' });
  expect(page.jobs.map(({ jobId }) => jobId)).toEqual([job.id]);
  // It looked at 5,000, and none but the newest was there.
  await expect(redis.zcard(key)).resolves.toBe(95_001);
  expect(page.cursor).not.toBeNull();
});

test.for([
  { wrong: 'a filter that is none', filter: { colour: 'red' }, path: 'colour' },
  { wrong: 'an empty tag', filter: { tag: '' }, path: 'tag' },
  { wrong: 'a text without a word', filter: { errorText: '!' }, path: 'errorText' },
  { wrong: 'a status that is none', filter: { status: 'waiting' }, path: 'status' },
  { wrong: 'a date that is none', filter: { since: new Date('x') }, path: 'since' },
  { wrong: 'a limit out of range', filter: {}, page: { limit: 5_000 }, path: 'limit' },
  { wrong: 'a cursor of our own making', filter: {}, page: { cursor: 'abc' }, path: 'cursor' },
  {
    wrong: 'the cursor of another question',
    filter: {},
    page: { cursor: Buffer.from('["index",[1,"a"]]').toString('base64url') },
    path: 'cursor',
  },
])('$wrong is refused by name', async ({ filter, page, path }) => {
  await using platform = await startPlatform({ handlers: [fail] });
  const { producer, prefix } = platform;

  const found = searchJobs({ redis: producer.redis, prefix }, filter as JobFilter, page);

  await expect(found).rejects.toMatchObject({ code: 'invalid_option', path });
});
