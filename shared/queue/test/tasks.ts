import { defineTask } from '@shared/contracts';
import { z } from 'zod';

/** Tasks that only tests run. */
export const add = defineTask({
  name: 'sums.add',
  queue: 'sums',
  payload: z.strictObject({ a: z.number(), b: z.number() }),
  result: z.number(),
  backoff: { type: 'fixed', delayMs: 1 },
});

export const work = defineTask({
  name: 'sums.work',
  queue: 'sums',
  payload: z.strictObject({ label: z.string().default('some') }),
  result: z.string(),
  backoff: { type: 'fixed', delayMs: 1 },
});

export const other = defineTask({
  name: 'others.work',
  queue: 'others',
  payload: z.strictObject({ label: z.string() }),
  result: z.string(),
});
