import { aggregateStatistics } from '@shared/contracts';
import { type Database, listDaysToRollUp, makePartitions, rollUpDay } from '@shared/database';
import { implement } from '@shared/queue';

/** So far ahead there is a partition before the first event of its month comes. */
const PARTITIONS_AHEAD_DAYS = [0, 31, 62];

const DAY_MS = 86_400_000;

/** Each day is a transaction of its own: what was rolled up stays, whenever the job is stopped. */
export const createAggregateStatistics = ({ database }: { database: Database }) =>
  implement(aggregateStatistics, async ({ days }, { signal, deadline, progress, log }) => {
    const now = Date.now();
    await makePartitions(
      database,
      PARTITIONS_AHEAD_DAYS.map((ahead) => new Date(now + ahead * DAY_MS)),
    );
    const due = days ?? (await listDaysToRollUp(database));
    let events = 0;
    for (const [at, day] of due.entries()) {
      signal.throwIfAborted();
      const timeoutMs = Math.max(deadline.getTime() - Date.now(), 1);
      const rolledUp = await rollUpDay(database, day, { timeoutMs });
      events += rolledUp.events;
      progress((at + 1) / due.length, day);
    }
    log.info({ days: due.length, events }, 'events rolled up');
    return { days: due.length, events };
  });
