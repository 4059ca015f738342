import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parsePayload, trackUserEvent } from '@shared/contracts';
import { createProducer, startWorker } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { createHandlers } from '../src/handlers.ts';
import { openAnalytics } from './open-analytics.ts';

const waiting = { timeoutMs: 30_000 };

const viewed = { userId: 'ada', eventType: 'job_view', eventData: { jobId: 7, title: 'Analyst' } };

test('an event is a row once its job is complete', async () => {
  await using analytics = await openAnalytics();
  const occurredAt = new Date(Date.now() - 3_600_000).toISOString();

  const job = await analytics.platform.enqueue(trackUserEvent, { ...viewed, occurredAt });

  await expect(job.result(waiting)).resolves.toEqual({ duplicate: false });
  expect(await analytics.events()).toMatchObject([
    {
      job_id: job.id,
      user_id: 'ada',
      event_type: 'job_view',
      event_data: viewed.eventData,
      occurred_at: new Date(occurredAt),
    },
  ]);
});

test('without a time of its own an event occurred when its job was enqueued', async () => {
  await using analytics = await openAnalytics();

  const job = await analytics.platform.enqueue(trackUserEvent, viewed);
  await job.result(waiting);

  const { enqueuedAt } = await job.record();
  expect(await analytics.events()).toMatchObject([{ occurred_at: enqueuedAt }]);
});

test('hundreds of jobs are a few INSERTs, one row each', async () => {
  await using analytics = await openAnalytics();
  const { platform, database } = analytics;
  const items = Array.from({ length: 600 }, (_, at) => ({
    task: trackUserEvent,
    payload: { ...viewed, userId: at },
  }));

  const jobs = await platform.producer.enqueueMany(items);
  await Promise.all(jobs.map((job) => job.result(waiting)));

  const { rows } = await database.$client.query<{ rows: number; statements: number }>(
    'select count(*)::int as rows, count(distinct xmin::text)::int as statements from analytics_events',
  );
  expect(rows[0]?.rows).toBe(600);
  expect(rows[0]?.statements).toBeLessThan(60);
});

/** The middle of a month. */
const monthsAgo = (months: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15, 12));
};

test('events lie in the partition of their month, however late they come', async () => {
  await using analytics = await openAnalytics();
  const times = [monthsAgo(9), monthsAgo(2), monthsAgo(1)];

  const jobs = await Promise.all(
    times.map((time) =>
      analytics.platform.enqueue(trackUserEvent, { ...viewed, occurredAt: time.toISOString() }),
    ),
  );
  await Promise.all(jobs.map((job) => job.result(waiting)));

  const rows = await analytics.events();
  expect(rows.map(({ partition }) => partition).toSorted()).toEqual(
    times
      .map((time) => `analytics_events_${time.toISOString().slice(0, 7).replace('-', '_')}`)
      .toSorted(),
  );
});

test('an event that PostgreSQL cannot hold fails alone among its batch', async () => {
  await using analytics = await openAnalytics();
  const { producer } = analytics.platform;
  const payloads = Array.from({ length: 50 }, (_, at) =>
    at === 20 ? { ...viewed, eventData: { title: 'a\0b' } } : viewed,
  );

  const jobs = await producer.enqueueMany(
    payloads.map((payload) => ({ task: trackUserEvent, payload })),
  );
  const outcomes = await Promise.allSettled(jobs.map((job) => job.result(waiting)));

  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect((await jobs[20]?.record())?.error).toMatchObject({ code: 'database_error', attempt: 1 });
  expect(await analytics.events()).toHaveLength(49);
});

test.for([
  { what: 'a type with spaces', change: { eventType: 'job view' }, path: 'eventType' },
  { what: 'no user', change: { userId: '' }, path: 'userId' },
  {
    what: 'data as large as a book',
    change: { eventData: { text: 'x'.repeat(20_000) } },
    path: 'eventData',
  },
  { what: 'a time in words', change: { occurredAt: 'yesterday' }, path: 'occurredAt' },
  { what: 'the distant past', change: { occurredAt: '1970-01-01T00:00:00Z' }, path: 'occurredAt' },
  { what: 'the future', change: { occurredAt: '2999-01-01T00:00:00Z' }, path: 'occurredAt' },
])('$what is refused before anything is enqueued', ({ change, path }) => {
  expect(() => parsePayload(trackUserEvent, { ...viewed, ...change })).toThrow(
    expect.objectContaining({ code: 'invalid_payload', path }),
  );
});

test('a user who is a number, as Python programs have them, is the same user as text', () => {
  expect(parsePayload(trackUserEvent, { ...viewed, userId: 42 })).toMatchObject({ userId: '42' });
});

test('a batch that was committed by a worker killed right then is there once', async () => {
  await using analytics = await openAnalytics();
  const { redisUrl, prefix } = { redisUrl: testRedisUrl(), prefix: uniquePrefix() };
  await using producer = createProducer({ redisUrl, prefix });
  const jobs = await producer.enqueueMany(
    Array.from({ length: 20 }, () => ({ task: trackUserEvent, payload: viewed })),
  );
  await killOnceCommitted([redisUrl, prefix, analytics.databaseUrl]);
  const committed = (await analytics.events()).length;

  await using _heir = await startWorker({
    handlers: createHandlers({ database: analytics.database }),
    redisUrl,
    prefix,
    lockMs: 500,
  });
  const results = await Promise.all(jobs.map((job) => job.result(waiting)));

  expect(committed).toBeGreaterThan(0);
  expect(results.filter(({ duplicate }) => duplicate)).toHaveLength(committed);
  expect((await analytics.events()).map(({ job_id: id }) => id)).toEqual(
    jobs.map(({ id }) => id).toSorted(),
  );
});

const killOnceCommitted = async (args: readonly string[]) => {
  const program = fileURLToPath(new URL('crash-worker.ts', import.meta.url));
  const doomed = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: doomed.stdout }), 'line');
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
};
