import { defineTask } from '@shared/contracts';
import { z } from 'zod';

const payload = z.strictObject({
  /** Where it writes down what it does. */
  ledger: z.string(),
  ms: z.int(),
  /** How many attempts fail. */
  failures: z.int().default(0),
  /** To be large. */
  text: z.string().optional(),
});

const result = z.strictObject({ fence: z.number() });

const policy = {
  attempts: 3,
  backoff: { type: 'fixed', delayMs: 20 },
  timeoutMs: 20_000,
} as const;

export const work = defineTask({ name: 'chaos.work', queue: 'chaos', payload, result, ...policy });

/** Three of them run at once, over all workers. */
export const limited = defineTask({
  name: 'chaos.limited',
  queue: 'chaos',
  payload,
  result,
  concurrency: 3,
  ...policy,
});

export const inThread = defineTask({
  name: 'chaos.in-thread',
  queue: 'chaos_isolated',
  payload,
  result,
  isolate: 'thread',
  ...policy,
});

export const inProcess = defineTask({
  name: 'chaos.in-process',
  queue: 'chaos_isolated',
  payload,
  result,
  isolate: 'process',
  ...policy,
});

/** Comes after another job. */
export const follow = defineTask({
  name: 'chaos.follow',
  queue: 'chaos_after',
  payload: z.strictObject({ ledger: z.string(), of: z.string() }),
  result: z.null(),
});

export const tasks = [work, limited, inThread, inProcess, follow];
