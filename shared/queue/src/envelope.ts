import type { Origin, TaskPolicy } from '@shared/contracts';
import { z } from 'zod';
import type { StoredFollowUps } from './follow-ups/store.ts';
import type { ValueReference } from './large-values/payload-store.ts';

/**
 * What is stored in BullMQ's `data`: the payload as it was enqueued, and what the platform must know
 * beside it. Only what differs from the task's contract is stored, since every byte is paid twice.
 */
export type Envelope = {
  payload: unknown;
  /** Where the payload lies, if it was too large for Redis. */
  stored?: ValueReference;
  /** Absent for `taskyard`. */
  origin?: Origin;
  /** Who may see the job, beside operators. */
  owner?: string;
  group?: string;
  tags?: string[];
  /** W3C traceparent of whoever enqueued it. */
  trace?: string;
  /** In ms since the epoch: not started after this. */
  expiresAt?: number;
  /** The payload's field that takes what the job waited for: the one result, or the list of them. */
  input?: { field: string; list: boolean };
  policy?: Partial<TaskPolicy>;
  /** What is enqueued once the job has ended. */
  followUps?: StoredFollowUps;
  /** What the protocol it came in by must know when it ends; see {@link Foreign}. */
  foreign?: Foreign;
};

/** Notes of the interop layer on a job of its own, which nobody else reads. */
export type Foreign = Readonly<Record<string, unknown>>;

const backoff = z.discriminatedUnion('type', [
  z.object({ type: z.literal('fixed'), delayMs: z.number(), jitter: z.number().exactOptional() }),
  z.object({
    type: z.enum(['linear', 'exponential']),
    delayMs: z.number(),
    maxDelayMs: z.number().exactOptional(),
    jitter: z.number().exactOptional(),
  }),
  z.object({
    type: z.literal('list'),
    delaysMs: z.array(z.number()),
    jitter: z.number().exactOptional(),
  }),
]);

const schema: z.ZodType<Envelope> = z.object({
  payload: z.unknown(),
  stored: z.object({ $stored: z.string(), bytes: z.number() }).exactOptional(),
  origin: z.enum(['taskyard', 'http', 'beat', 'celery', 'rq', 'arq']).exactOptional(),
  owner: z.string().exactOptional(),
  group: z.string().exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  trace: z.string().exactOptional(),
  expiresAt: z.number().exactOptional(),
  input: z.object({ field: z.string(), list: z.boolean() }).exactOptional(),
  policy: z
    .object({
      attempts: z.number().exactOptional(),
      backoff: backoff.exactOptional(),
      retryOn: z.enum(['error', 'request']).exactOptional(),
      timeoutMs: z.number().exactOptional(),
      killAfterMs: z.number().exactOptional(),
      keepResultMs: z.number().exactOptional(),
      keepFailedMs: z.number().exactOptional(),
    })
    .exactOptional(),
  // The rest was written by storeFollowUps: the queue's own shape, which no one else makes.
  followUps: z
    .custom<StoredFollowUps>((value) => typeof value === 'object' && value !== null)
    .exactOptional(),
  foreign: z.record(z.string(), z.unknown()).exactOptional(),
});

/** Reads a stored envelope; undefined if something else put the job there. */
export const parseEnvelope = (data: unknown): Envelope | undefined => {
  const parsed = schema.safeParse(data);
  return parsed.success && Object.hasOwn(Object(data), 'payload') ? parsed.data : undefined;
};
