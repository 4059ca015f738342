import { and, asc, between, eq, gt, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { analyticsDaily, analyticsDays, analyticsHourly } from './tables/analytics-roll-ups.ts';

/** What one day came to. */
export type RolledUpDay = { events: number; dailyRows: number; hourlyRows: number };

/** The days (UTC, as `2026-11-25`) with events that their roll-ups lack, the oldest first. */
export const listDaysToRollUp = async (database: Database): Promise<string[]> => {
  const rows = await ask(
    database
      .select({ day: analyticsDays.day })
      .from(analyticsDays)
      .where(gt(analyticsDays.version, analyticsDays.rolledUpVersion))
      .orderBy(asc(analyticsDays.day)),
  );
  return rows.map(({ day }) => day);
};

/**
 * Counts a day's events anew, by type, for the day and each of its hours, in place of what was counted
 * before: safe to repeat, and events that came late are in. One at a time for each day.
 *
 * @param options.timeoutMs what the server may spend on it.
 */
export const rollUpDay = (
  database: Database,
  day: string,
  { timeoutMs = 300_000 }: { timeoutMs?: number } = {},
): Promise<RolledUpDay> =>
  ask(
    database.transaction(async (transaction) => {
      await transaction.execute(
        sql`select set_config('statement_timeout', ${String(Math.ceil(timeoutMs))}, true)`,
      );
      await transaction.execute(
        sql`select pg_advisory_xact_lock(${DAY_LOCK}, ${day}::date - date '2000-01-01')`,
      );
      // Read before the events are: what is written in between may be counted, and is then only
      // counted again by the next run. The other way round it could be left out for good.
      const [state] = await transaction
        .select({ version: analyticsDays.version })
        .from(analyticsDays)
        .where(eq(analyticsDays.day, day));
      if (state === undefined) return { events: 0, dailyRows: 0, hourlyRows: 0 };
      const daily = await countDay(transaction, day);
      const hourlyRows = await countHours(transaction, day);
      await transaction
        .update(analyticsDays)
        .set({ rolledUpVersion: state.version, rolledUpAt: sql`now()` })
        .where(eq(analyticsDays.day, day));
      const events = daily.reduce((sum, row) => sum + row.events, 0);
      return { events, dailyRows: daily.length, hourlyRows };
    }),
  );

/** Any constant will do: the first half of the advisory locks on days. */
const DAY_LOCK = 8_002;

/** Events of a day, whose bounds are UTC's whatever the session's time zone is. */
const ofDay = (day: string) => sql`
  occurred_at >= (${day}::date)::timestamp at time zone 'UTC'
  and occurred_at < (${day}::date + 1)::timestamp at time zone 'UTC'`;

const countDay = async (transaction: Database, day: string): Promise<{ events: number }[]> => {
  await transaction.delete(analyticsDaily).where(eq(analyticsDaily.day, day));
  const { rows } = await transaction.execute<{ events: string }>(sql`
    insert into analytics_daily (day, event_type, events, users)
    select ${day}::date, event_type, count(*), count(distinct user_id)
    from analytics_events where ${ofDay(day)} group by event_type
    returning events`);
  return rows.map(({ events }) => ({ events: Number(events) }));
};

const countHours = async (transaction: Database, day: string): Promise<number> => {
  await transaction.execute(sql`
    delete from analytics_hourly
    where hour >= (${day}::date)::timestamp at time zone 'UTC'
      and hour < (${day}::date + 1)::timestamp at time zone 'UTC'`);
  const { rowCount } = await transaction.execute(sql`
    insert into analytics_hourly (hour, event_type, events, users)
    select date_trunc('hour', occurred_at, 'UTC'), event_type, count(*), count(distinct user_id)
    from analytics_events where ${ofDay(day)} group by 1, 2`);
  return rowCount ?? 0;
};

/** Days and event types with their counts, as far as they were rolled up. */
export type DailyCount = typeof analyticsDaily.$inferSelect & { rolledUpAt: Date | null };

/**
 * @param range.from,range.to days in UTC, both included.
 */
export const listDailyCounts = (
  database: Database,
  { from, to, eventType }: { from: string; to: string; eventType?: string },
): Promise<DailyCount[]> =>
  ask(
    database
      .select({
        day: analyticsDaily.day,
        eventType: analyticsDaily.eventType,
        events: analyticsDaily.events,
        users: analyticsDaily.users,
        rolledUpAt: analyticsDays.rolledUpAt,
      })
      .from(analyticsDaily)
      .innerJoin(analyticsDays, eq(analyticsDays.day, analyticsDaily.day))
      .where(
        and(
          between(analyticsDaily.day, from, to),
          eventType === undefined ? undefined : eq(analyticsDaily.eventType, eventType),
        ),
      )
      .orderBy(asc(analyticsDaily.day), asc(analyticsDaily.eventType)),
  );

export type HourlyCount = typeof analyticsHourly.$inferSelect;

/** The hours of the days from `from` to `to`, both included, in UTC. */
export const listHourlyCounts = (
  database: Database,
  { from, to, eventType }: { from: string; to: string; eventType?: string },
): Promise<HourlyCount[]> =>
  ask(
    database
      .select()
      .from(analyticsHourly)
      .where(
        and(
          between(
            analyticsHourly.hour,
            new Date(`${from}T00:00:00Z`),
            new Date(`${to}T23:59:59.999Z`),
          ),
          eventType === undefined ? undefined : eq(analyticsHourly.eventType, eventType),
        ),
      )
      .orderBy(asc(analyticsHourly.hour), asc(analyticsHourly.eventType)),
  );
