import { z } from 'zod';
import { defineTask } from '../task.ts';

/** Answers with what it was told: the smallest job there is, to see whether all is well. */
export const exampleTask = defineTask({
  name: 'platform.example',
  queue: 'maintenance',
  payload: z.strictObject({ message: z.string().max(1_000) }),
  result: z.string(),
  timeoutMs: 30_000,
  python: { name: 'example_task', args: ['message'] },
});
