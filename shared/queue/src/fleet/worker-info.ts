import { z } from 'zod';
import { autoscaleRange } from './autoscale-range.ts';

const date = z.coerce.date();
const count = z.number();

/**
 * What a worker says of itself, every few seconds and when asked. Workers of several releases live
 * side by side: fields may be added, with a default here, and never change their meaning.
 */
export const workerInfo = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  /** Of the program that runs it. */
  version: z.string(),
  /** In order of precedence. */
  queues: z.array(z.string()),
  /** The names of the tasks it can run. */
  tasks: z.array(z.string()),
  /** The Python protocols whose programs it answers. */
  origins: z.array(z.string()).default([]),
  /**
   * `deaf`: its fetching has not come round for too long although Redis answers others; `draining`: it
   * is shutting down.
   */
  state: z.enum(['running', 'paused', 'deaf', 'draining']),
  /** How many jobs it runs at most. */
  concurrency: count,
  /** Between what it chooses its concurrency by itself. */
  autoscale: autoscaleRange.nullable(),
  startedAt: date,
  heartbeatAt: date,
  /** When it last asked its queues for jobs and was answered. */
  fetchedAt: date,
  /** When it will be gone, if that is known. */
  deadlineAt: date.nullable(),
  /** How many jobs it runs now. */
  runningCount: count,
  /** The ones that run longest, at most {@link MAX_RUNNING_SHOWN}. */
  running: z.array(
    z.object({
      jobId: z.string(),
      task: z.string(),
      queue: z.string(),
      attempt: count,
      since: date,
    }),
  ),
  load: z.object({
    /** How late timers fire, ms, 99th percentile since the last heartbeat. */
    loopLagMs: count,
    /** Of one core; a process with threads may exceed 1. */
    cpuShare: count,
  }),
  rssBytes: count,
  /** Since it started. `returned`: handed back untouched. */
  counters: z.object({
    taken: count,
    completed: count,
    failed: count,
    retried: count,
    returned: count,
  }),
});

export type WorkerInfo = z.infer<typeof workerInfo>;

/** A worker of a thousand slots must not write a book every few seconds. */
export const MAX_RUNNING_SHOWN = 50;

/** As fields and values of a hash, each value as JSON. */
export const encodeWorkerInfo = (info: WorkerInfo): string[] =>
  Object.entries(info).flatMap(([field, value]) => [field, JSON.stringify(value)]);

/** Undefined for a worker that is gone, or that speaks of itself in another way. */
export const decodeWorkerInfo = (fields: Record<string, string>): WorkerInfo | undefined => {
  const values = Object.entries(fields).map(([field, json]) => [field, parseJson(json)] as const);
  return workerInfo.safeParse(Object.fromEntries(values)).data;
};

const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
