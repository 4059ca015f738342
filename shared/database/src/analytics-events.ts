import { DatabaseError } from '@shared/errors';
import { sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';

export type TrackedEvent = {
  jobId: string;
  userId: string;
  eventType: string;
  eventData: Readonly<Record<string, unknown>>;
  occurredAt: Date;
};

/**
 * Writes any number of events with one INSERT, all or nothing, and marks their days for the roll-ups.
 * Events that are there already, by job id and time, stay as they are. A month that has no partition
 * yet gets one; in a transaction of the caller's it must have one before.
 *
 * @returns the ids of the jobs whose events are new.
 */
export const insertEvents = async (
  database: Database,
  events: readonly TrackedEvent[],
): Promise<ReadonlySet<string>> => {
  try {
    return await insert(database, events);
  } catch (error) {
    if (!(error instanceof DatabaseError && error.sqlState === NO_PARTITION)) throw error;
    await makePartitions(
      database,
      events.map(({ occurredAt }) => occurredAt),
    );
    return await insert(database, events);
  }
};

/** Makes the partitions that events of these times belong to, unless they are there. */
export const makePartitions = async (database: Database, times: readonly Date[]): Promise<void> => {
  const months = new Set(times.map((time) => `${time.toISOString().slice(0, 7)}-01`));
  for (const month of months) {
    try {
      await ask(database.execute(sql`select make_analytics_partition(${month}::date)`));
    } catch (error) {
      // Somebody made it while we waited for our turn, and the server's cache had not heard of it.
      if (!(error instanceof DatabaseError && error.sqlState === TABLE_EXISTS)) throw error;
    }
  }
};

const TABLE_EXISTS = '42P07';

/** What PostgreSQL answers for a row that no partition takes; the table has no other check. */
const NO_PARTITION = '23514';

const insert = async (
  database: Database,
  events: readonly TrackedEvent[],
): Promise<ReadonlySet<string>> => {
  // In one order everywhere, so that two statements never wait for each other's rows.
  const rows = events.toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1));
  const { rows: added } = await ask(
    database.execute<{ job_id: string }>(sql`
      with added as (
        insert into analytics_events (job_id, occurred_at, user_id, event_type, event_data)
        select job_id, occurred_at, user_id, event_type, event_data::jsonb
        from unnest(
          ${sql.param(rows.map(({ jobId }) => jobId))}::text[],
          ${sql.param(rows.map(({ occurredAt }) => occurredAt.toISOString()))}::timestamptz[],
          ${sql.param(rows.map(({ userId }) => userId))}::text[],
          ${sql.param(rows.map(({ eventType }) => eventType))}::text[],
          ${sql.param(rows.map(({ eventData }) => JSON.stringify(eventData)))}::text[]
        ) as given (job_id, occurred_at, user_id, event_type, event_data)
        on conflict do nothing
        returning job_id, occurred_at
      ), marked as (
        insert into analytics_days as days (day)
        select distinct (occurred_at at time zone 'UTC')::date from added order by 1
        on conflict (day) do update set version = days.version + 1
      )
      select job_id from added`),
  );
  return new Set(added.map(({ job_id: jobId }) => jobId));
};
