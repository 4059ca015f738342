import { z } from 'zod';
import { defineTask } from '../task.ts';

/** Forgets resumable uploads that nobody went on with in time, and their bytes. Safe to run twice. */
export const removeExpiredUploads = defineTask({
  name: 'video.remove-expired-uploads',
  queue: 'video_processing',
  payload: z.strictObject({}),
  result: z.strictObject({ removed: z.int() }),
  timeoutMs: 300_000,
});
