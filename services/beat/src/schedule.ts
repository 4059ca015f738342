import {
  aggregateStatistics,
  cleanupExpiredSessions,
  cleanupOldNotifications,
  keepHouse,
  pruneEmailLedger,
  removeExpiredUploads,
} from '@shared/contracts';
import { defineEntry, defineSchedule, type ScheduleEntry } from '@shared/schedule';

const MINUTE_MS = 60_000;

/**
 * What the platform does by the clock.
 *
 * @throws {InvalidScheduleError | InvalidPayloadError} an entry does not hold.
 */
export const createSchedule = (): readonly ScheduleEntry[] =>
  defineSchedule([
    defineEntry({
      name: 'sessions-cleanup-expired',
      task: cleanupExpiredSessions,
      payload: {},
      cron: '0 3 * * *',
    }),
    defineEntry({
      name: 'notifications-cleanup-old',
      task: cleanupOldNotifications,
      payload: {},
      cron: '0 2 * * *',
    }),
    defineEntry({
      name: 'emails-prune-ledger',
      task: pruneEmailLedger,
      payload: {},
      cron: '30 2 * * *',
    }),
    defineEntry({
      name: 'analytics-aggregate-statistics',
      task: aggregateStatistics,
      payload: {},
      // A few minutes past, when the events of the hour before are in.
      cron: '5 * * * *',
      catchUp: 'last',
      options: { unique: { key: 'hourly', until: 'started' } },
    }),
    defineEntry({
      name: 'platform-keep-house',
      task: keepHouse,
      payload: {},
      everyMs: MINUTE_MS,
      // Where no worker has run for an hour, one round is owed and not sixty.
      options: { expiresInMs: MINUTE_MS, keepResultMs: 10 * MINUTE_MS },
    }),
    defineEntry({
      name: 'video-remove-expired-uploads',
      task: removeExpiredUploads,
      payload: {},
      cron: '15 * * * *',
    }),
  ]);
