import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { aggregateStatistics } from '@shared/contracts';
import {
  insertEvents,
  listDailyCounts,
  listDaysToRollUp,
  listHourlyCounts,
  rollUpDay,
  type TrackedEvent,
} from '@shared/database';
import { createProducer, startWorker } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createHandlers } from '../src/handlers.ts';
import { type Analytics, openAnalytics } from './open-analytics.ts';

const waiting = { timeoutMs: 30_000 };
const DAY = '2026-03-14';

let count = 0;
/** An event of the day, at an hour of it. */
const event = (hour: number, change: Partial<TrackedEvent> = {}): TrackedEvent => ({
  jobId: `job-${(count += 1)}`,
  userId: 'ada',
  eventType: 'job_view',
  eventData: {},
  occurredAt: new Date(`${DAY}T${String(hour).padStart(2, '0')}:30:00Z`),
  ...change,
});

const aggregate = async ({ platform }: Analytics, payload: { days?: string[] } = {}) =>
  (await platform.enqueue(aggregateStatistics, payload)).result(waiting);

const daily = async ({ database }: Analytics) =>
  (await listDailyCounts(database, { from: '2026-03-01', to: '2026-03-31' })).map(
    ({ day, eventType, events, users }) => ({ day, eventType, events, users }),
  );

test('events are counted by type, for the day and for each hour', async () => {
  await using analytics = await openAnalytics();
  const { database } = analytics;
  await insertEvents(database, [
    event(0),
    event(0),
    event(23, { userId: 'charles' }),
    event(9, { eventType: 'login' }),
    event(9, { occurredAt: new Date('2026-03-15T00:00:00Z') }),
  ]);

  await expect(aggregate(analytics)).resolves.toEqual({ days: 2, events: 5 });

  expect(await daily(analytics)).toEqual([
    { day: DAY, eventType: 'job_view', events: 3, users: 2 },
    { day: DAY, eventType: 'login', events: 1, users: 1 },
    { day: '2026-03-15', eventType: 'job_view', events: 1, users: 1 },
  ]);
  expect(await listHourlyCounts(database, { from: DAY, to: DAY, eventType: 'job_view' })).toEqual([
    { hour: new Date(`${DAY}T00:00:00Z`), eventType: 'job_view', events: 2, users: 1 },
    { hour: new Date(`${DAY}T23:00:00Z`), eventType: 'job_view', events: 1, users: 1 },
  ]);
});

test('counting again changes nothing, and is not done without need', async () => {
  await using analytics = await openAnalytics();
  await insertEvents(analytics.database, [event(1), event(2)]);
  await aggregate(analytics);
  const before = await daily(analytics);

  await expect(aggregate(analytics)).resolves.toEqual({ days: 0, events: 0 });
  await expect(aggregate(analytics, { days: [DAY, DAY] })).resolves.toEqual({
    days: 2,
    events: 4,
  });

  expect(await daily(analytics)).toEqual(before);
});

test('an event that comes late is in the next count of its day', async () => {
  await using analytics = await openAnalytics();
  await insertEvents(analytics.database, [event(1)]);
  await aggregate(analytics);

  await insertEvents(analytics.database, [event(5, { userId: 'late' })]);

  await expect(aggregate(analytics)).resolves.toEqual({ days: 1, events: 2 });
  expect(await daily(analytics)).toMatchObject([{ events: 2, users: 2 }]);
});

test('an event that was there already does not make its day count again', async () => {
  await using analytics = await openAnalytics();
  const one = event(1);
  await insertEvents(analytics.database, [one]);
  await aggregate(analytics);

  await expect(insertEvents(analytics.database, [one])).resolves.toEqual(new Set());

  await expect(listDaysToRollUp(analytics.database)).resolves.toEqual([]);
});

test('an event that is committed while its day is counted is not forgotten', async () => {
  await using analytics = await openAnalytics();
  const { database } = analytics;
  await insertEvents(database, [event(1)]);
  const commit = Promise.withResolvers<void>();
  const inserted = Promise.withResolvers<void>();
  const writing = database.transaction(async (transaction) => {
    await insertEvents(transaction, [event(2)]);
    inserted.resolve();
    await commit.promise;
  });
  await inserted.promise;

  // It holds the day's row until it is committed: counting goes on beside it and ends after it.
  const counting = rollUpDay(database, DAY);
  commit.resolve();
  await Promise.all([writing, counting]);
  await aggregate(analytics);

  expect(await daily(analytics)).toMatchObject([{ events: 2 }]);
});

test('many counts of a day beside many inserts end with every event counted once', async () => {
  await using analytics = await openAnalytics();
  const { database } = analytics;
  const inserts = Array.from({ length: 20 }, () =>
    insertEvents(database, [event(1), event(2), event(3)]),
  );
  const counts = Array.from({ length: 10 }, () => rollUpDay(database, DAY));

  await Promise.all([...inserts, ...counts]);
  await aggregate(analytics);

  expect(await daily(analytics)).toMatchObject([{ events: 60 }]);
  await expect(listDaysToRollUp(database)).resolves.toEqual([]);
});

test('many who need the partition of a month at once get one', async () => {
  await using analytics = await openAnalytics();
  const { database } = analytics;

  for (const month of ['01', '02', '04', '05', '06', '07', '08']) {
    const occurredAt = new Date(`2026-${month}-15T00:00:00Z`);
    await Promise.all(
      Array.from({ length: 10 }, () => insertEvents(database, [event(1, { occurredAt })])),
    );
  }

  expect(await analytics.events()).toHaveLength(70);
});

test('a worker killed in the middle of a count leaves the old one, and the next one counts anew', async () => {
  await using analytics = await openAnalytics();
  const { database, databaseUrl } = analytics;
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await insertEvents(database, [event(1)]);
  await aggregate(analytics);
  await insertEvents(database, [event(2)]);
  await using producer = createProducer({ redisUrl, prefix });
  const job = await producer.enqueue(aggregateStatistics, {});

  await database.transaction(async (transaction) => {
    // A count notes at its end how far it came, and cannot while somebody holds the day's row.
    await transaction.execute(sql`select from analytics_days for update`);
    const args = [crashWorker, redisUrl, prefix, databaseUrl];
    const doomed = spawn(process.execPath, args, { stdio: 'ignore' });
    await eventually(async () => {
      const { rows } = await database.$client.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'update "analytics_days"%'`,
      );
      expect(rows).toHaveLength(1);
    });
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
  });
  expect(await daily(analytics)).toMatchObject([{ events: 1 }]);
  const handlers = createHandlers({ database });
  await using _heir = await startWorker({ handlers, redisUrl, prefix, lockMs: 500 });

  await expect(job.result(waiting)).resolves.toEqual({ days: 1, events: 2 });
  expect(await daily(analytics)).toMatchObject([{ events: 2 }]);
});

const crashWorker = fileURLToPath(new URL('crash-worker.ts', import.meta.url));

test('the partitions of this month and the next two are made ahead', async () => {
  await using analytics = await openAnalytics();

  await aggregate(analytics);
  await aggregate(analytics);

  const { rows } = await analytics.database.$client.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'analytics_events'::regclass",
  );
  expect(rows.length).toBeGreaterThanOrEqual(3);
  expect(rows.map(({ name }) => name)).toContain(
    `analytics_events_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
  );
});
