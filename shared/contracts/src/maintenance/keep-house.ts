import { z } from 'zod';
import { defineTask } from '../task.ts';

/**
 * The platform's own housekeeping: removes finished jobs whose time is over, and payloads in object
 * storage that no job has any more. Safe to run twice.
 */
export const keepHouse = defineTask({
  name: 'platform.keep-house',
  queue: 'maintenance',
  payload: z.strictObject({}),
  result: z.strictObject({ removedJobs: z.int(), removedPayloads: z.int().optional() }),
  timeoutMs: 120_000,
  attempts: 1,
});
