import { z } from 'zod';
import { defineTask } from '../task.ts';

/** In JSON, in characters. */
const MAX_EVENT_DATA = 16_384;

const DAY_MS = 86_400_000;

/** Each month that has an event has a partition: a typing error must not make one for the year 2206. */
const MAX_AGE_DAYS = 400;

const isNear = (time: string): boolean => {
  const ageDays = (Date.now() - Date.parse(time)) / DAY_MS;
  return ageDays > -1 && ageDays < MAX_AGE_DAYS; // Clocks differ, but not by more than a day.
};

/** What an event may say; `POST /events` takes the same. */
export const eventFields = {
  /** What happened, as in `job_view`. */
  eventType: z
    .string()
    .regex(/^[A-Za-z0-9][\w.:-]{0,99}$/, 'must be 1 to 100 letters, digits, "_", ".", ":" or "-"'),
  eventData: z
    .record(z.string(), z.unknown())
    .refine((data) => JSON.stringify(data).length <= MAX_EVENT_DATA, {
      error: `must have at most ${MAX_EVENT_DATA} characters as JSON`,
    })
    .default({}),
  /** When it happened, if not when its job was enqueued. */
  occurredAt: z.iso
    .datetime({ offset: true })
    .refine(isNear, { error: `must be of the last ${MAX_AGE_DAYS} days and not of the future` })
    .optional(),
};

/**
 * Writes down what a user did. Many jobs share one INSERT, and each is complete only when its row is
 * committed. Safe to run twice: the job id is the idempotency key.
 */
export const trackUserEvent = defineTask({
  name: 'analytics.track-user-event',
  queue: 'analytics',
  payload: z.strictObject({
    /** Python programs count their users. */
    userId: z
      .union([z.string().regex(/^[^\0]{1,200}$/, 'must have 1 to 200 characters'), z.int()])
      .transform(String),
    ...eventFields,
  }),
  result: z.strictObject({
    /** True if an earlier run of the job had written it. */
    duplicate: z.boolean(),
  }),
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000, maxDelayMs: 60_000, jitter: 0.2 },
  timeoutMs: 120_000,
  // There are very many of them, and nobody reads what they return.
  keepResultMs: 60_000,
  python: {
    name: 'backend_app.core.rq_tasks.track_user_event_job',
    args: ['userId', 'eventType', 'eventData'],
  },
});
