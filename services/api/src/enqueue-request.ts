import { catalogue, type FollowUp, PRIORITIES, taskNamed } from '@shared/contracts';
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

/** A name, or 0 (first) to 9. */
const priority = z.union([
  z.enum(Object.keys(PRIORITIES) as [keyof typeof PRIORITIES]),
  z.int().min(0).max(9),
]);

const unique = z.union([
  z.strictObject({ key: z.string(), forMs: z.number() }),
  z.strictObject({ key: z.string(), until: z.enum(['started', 'finished']) }),
]);

const followUp = z.strictObject({
  task: z.enum(catalogue.map(({ name }) => name)),
  /** Unless given, the task takes the result, or `{ jobId, task, error }`. */
  payload: z.unknown().optional(),
  /** The payload's field that takes what it would take otherwise. */
  input: z.string().optional(),
  options: z
    .strictObject({
      priority: priority.optional(),
      delayMs: z.number().optional(),
      attempts: z.number().optional(),
      timeoutMs: z.number().optional(),
      keepResultMs: z.number().optional(),
      group: z.string().optional(),
      tags: z.array(z.string()).optional(),
    })
    .optional(),
});

const followUps = z.union([followUp, z.array(followUp)]);

/** The options that a client may give; ranges are checked where jobs are made. */
export const enqueueOptions = z.strictObject({
  id: z.string().optional(),
  priority: priority.optional(),
  delayMs: z.number().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  expiresInMs: z.number().optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  attempts: z.number().optional(),
  backoff: backoff.optional(),
  timeoutMs: z.number().optional(),
  keepResultMs: z.number().optional(),
  group: z.string().optional(),
  unique: unique.optional(),
  tags: z.array(z.string()).optional(),
  /** While Redis is away: refused unless told, or kept on the api's disk until it is back. */
  whenDown: z.enum(['throw', 'spool']).optional(),
  onSuccess: followUps.optional(),
  onFailure: followUps.optional(),
});

export const enqueueRequest = z.strictObject({
  payload: z.unknown(),
  options: enqueueOptions.optional(),
});

/** As the producer takes them: dates for times, and nothing that was not given. */
export const toEnqueueOptions = ({
  at,
  expiresAt,
  onSuccess,
  onFailure,
  ...rest
}: z.output<typeof enqueueOptions>): EnqueueOptions =>
  Object.fromEntries(
    Object.entries({
      ...rest,
      at: at === undefined ? undefined : new Date(at),
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
      onSuccess: onSuccess && [onSuccess].flat().map(toFollowUp),
      onFailure: onFailure && [onFailure].flat().map(toFollowUp),
    }).filter(([, value]) => value !== undefined),
  );

const toFollowUp = ({ task, ...call }: z.output<typeof followUp>): FollowUp =>
  ({ ...call, task: taskNamed(task) }) as FollowUp; // What was not given is undefined there, too.
