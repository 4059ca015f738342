import { z } from 'zod';
import type { TaskPolicy } from '../task.ts';

/** Whoever is asked to push comes back within minutes: five tries over about five minutes. */
export const notificationPolicy = {
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 5_000, maxDelayMs: 300_000, jitter: 0.2 },
  timeoutMs: 120_000,
} as const satisfies Partial<TaskPolicy>;

/** A user's id; Python programs count theirs. */
export const userId = z.union([z.int(), z.string().min(1).max(200)]);

/** What people can want or not want to be told of, as in `new-follower`. */
export const kind = z.string().regex(/^[a-z0-9-]{1,50}$/, 'must be small letters, digits and "-"');

/** What every task that tells a person something answers. */
export const notificationResult = z.strictObject({
  /** Whether it stands in their list; false if they do not want that. */
  inApp: z.boolean(),
  /** The job that sends it to their devices; null if there are none, or they do not want that. */
  pushJobId: z.string().nullable(),
});
