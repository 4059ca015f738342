import { z } from 'zod';
import { autoscaleRange } from '../fleet/autoscale-range.ts';
import { type WorkerInfo, workerInfo } from '../fleet/worker-info.ts';

const slots = z.int().min(1).max(10_000);

/**
 * What a worker can be told.
 *
 * - `ping`, `stats`: answer, and say how you are.
 * - `pause`, `resume`: take no new jobs; take them again. Running jobs go on.
 * - `grow`, `shrink`, `concurrency`: `by` more or fewer slots, never below one, or exactly `to`; any
 *   of them ends autoscaling.
 * - `autoscale`: choose the number of slots within `range`; `null` ends it.
 * - `cancel`: stop this job if you run it. Sent by `job.cancel()`, which also marks the job.
 * - `shutdown`: drain and exit as on SIGTERM, within `graceMs` (the worker's own unless told).
 */
export const command = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('ping') }),
  z.strictObject({ name: z.literal('stats') }),
  z.strictObject({ name: z.literal('pause') }),
  z.strictObject({ name: z.literal('resume') }),
  z.strictObject({ name: z.literal('grow'), by: slots }),
  z.strictObject({ name: z.literal('shrink'), by: slots }),
  z.strictObject({ name: z.literal('concurrency'), to: slots }),
  z.strictObject({ name: z.literal('autoscale'), range: autoscaleRange.nullable() }),
  z.strictObject({ name: z.literal('cancel'), jobId: z.string(), reason: z.string() }),
  z.strictObject({
    name: z.literal('shutdown'),
    graceMs: z.int().min(0).max(86_400_000).exactOptional(),
  }),
]);

export type Command = z.infer<typeof command>;

const settings = z.object({
  paused: z.boolean(),
  concurrency: z.number(),
  autoscale: autoscaleRange.nullable(),
});

/** How a worker takes jobs, after a command that may have changed it. */
export type WorkerSettings = z.infer<typeof settings>;

/** What a worker answers to each command. */
export type CommandResults = {
  ping: { uptimeMs: number };
  stats: WorkerInfo;
  pause: WorkerSettings;
  resume: WorkerSettings;
  grow: WorkerSettings;
  shrink: WorkerSettings;
  concurrency: WorkerSettings;
  autoscale: WorkerSettings;
  /** Whether this worker ran the job. */
  cancel: { running: boolean };
  /** How many jobs it still runs, and how long they may go on. */
  shutdown: { running: number; graceMs: number };
};

/** The answers as other processes send them. */
export const commandResults: { [Name in Command['name']]: z.ZodType<CommandResults[Name]> } = {
  ping: z.object({ uptimeMs: z.number() }),
  stats: workerInfo,
  pause: settings,
  resume: settings,
  grow: settings,
  shrink: settings,
  concurrency: settings,
  autoscale: settings,
  cancel: z.object({ running: z.boolean() }),
  shutdown: z.object({ running: z.number(), graceMs: z.number() }),
};
