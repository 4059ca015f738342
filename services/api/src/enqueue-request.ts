import { PRIORITIES } from '@shared/contracts';
import type { EnqueueOptions } from '@shared/queue';
import { z } from 'zod';

const jitter = z.number().min(0).max(1).optional();
const milliseconds = z.number().nonnegative();

const backoff = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('fixed'), delayMs: milliseconds, jitter }),
  z.strictObject({
    type: z.enum(['linear', 'exponential']),
    delayMs: milliseconds,
    maxDelayMs: milliseconds.optional(),
    jitter,
  }),
  z.strictObject({
    type: z.literal('list'),
    delaysMs: z.array(milliseconds).min(1).max(100),
    jitter,
  }),
]);

/** The options that a client may give; ranges are checked where jobs are made. */
export const enqueueOptions = z.strictObject({
  id: z.string().optional(),
  /** A name, or 0 (first) to 9. */
  priority: z
    .union([z.enum(Object.keys(PRIORITIES) as [keyof typeof PRIORITIES]), z.int().min(0).max(9)])
    .optional(),
  delayMs: z.number().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  expiresInMs: z.number().optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  attempts: z.number().optional(),
  backoff: backoff.optional(),
  timeoutMs: z.number().optional(),
  keepResultMs: z.number().optional(),
  tags: z.array(z.string()).optional(),
});

export const enqueueRequest = z.strictObject({
  payload: z.unknown(),
  options: enqueueOptions.optional(),
});

/** As the producer takes them: dates for times, and nothing that was not given. */
export const toEnqueueOptions = ({
  at,
  expiresAt,
  ...rest
}: z.output<typeof enqueueOptions>): EnqueueOptions =>
  Object.fromEntries(
    Object.entries({
      ...rest,
      at: at === undefined ? undefined : new Date(at),
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    }).filter(([, value]) => value !== undefined),
  );
