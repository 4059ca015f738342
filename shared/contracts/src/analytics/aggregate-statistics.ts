import { z } from 'zod';
import { defineTask } from '../task.ts';

/**
 * Rolls tracked events up into counts by hour and by day: of every day that has events its counts lack,
 * or of the days asked for. Safe to run twice and side by side: a day is counted from its events anew.
 */
export const aggregateStatistics = defineTask({
  name: 'analytics.aggregate-statistics',
  queue: 'analytics',
  payload: z.strictObject({
    /** In UTC, as in `2026-11-25`; counted whether they need it or not. */
    days: z.array(z.iso.date()).min(1).max(400).optional(),
  }),
  result: z.strictObject({
    days: z.int(),
    /** How many events those days have. */
    events: z.int(),
  }),
  attempts: 3,
  backoff: { type: 'fixed', delayMs: 30_000 },
  timeoutMs: 900_000,
  python: { name: 'backend_app.core.rq_tasks.aggregate_statistics_job', args: ['days'] },
});
