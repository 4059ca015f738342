import type { JobRecord } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import { z } from 'zod';
import type { NewJob } from '../engine/add-batch.ts';
import { type Envelope, parseEnvelope } from '../envelope.ts';

/** A job that is enqueued and not in Redis yet: a row of an outbox, or a file of a spool. */
export type HeldJob = {
  /** The job's own id, by which it is enqueued once however often it is delivered. */
  id: string;
  /** The job as JSON; for nobody but the queue to read. */
  job: string;
};

/** What a producer is about to write. */
export type Prepared = {
  job: NewJob;
  /** Whether the caller chose the id. */
  chosen: boolean;
  /** Whether the id is looked up in every queue first; another protocol's ids are its own affair. */
  lookedUp: boolean;
};

/** Grows with every change that an older release could not read. */
const VERSION = 1;

const heldSchema = z.object({
  version: z.literal(VERSION),
  // The rest was written by packJob: the queue's own shape, which no one else makes.
  job: z.custom<NewJob>((value) => typeof value === 'object' && value !== null && 'data' in value),
  chosen: z.boolean(),
  lookedUp: z.boolean(),
});

export const packJob = ({ job, chosen, lookedUp }: Prepared): HeldJob => ({
  id: job.id,
  job: JSON.stringify({ version: VERSION, job, chosen, lookedUp }),
});

/** @throws {InvalidOptionError} for what no producer of this release has packed. */
export const unpackJob = ({ id, job }: HeldJob): Prepared => {
  const parsed = heldSchema.safeParse(readJson(job));
  if (parsed.success) return parsed.data;
  throw new InvalidOptionError(
    'held job',
    `what is kept of the job ${JSON.stringify(id)} is no job of this release`,
    'Deliver it with the release that kept it.',
  );
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What is known of a job that is not in Redis yet. */
export const recordOfHeld = ({ job }: Prepared): JobRecord => {
  const data: unknown = JSON.parse(job.data);
  const envelope: Envelope = parseEnvelope(data) ?? { payload: data };
  return {
    jobId: job.id,
    task: job.task,
    queue: job.queue,
    status: job.dueAt > Date.now() ? 'scheduled' : 'queued',
    progress: 0,
    progressMessage: null,
    result: null,
    error: null,
    cancelReason: null,
    attempts: 0,
    enqueuedAt: new Date(job.enqueuedAt),
    startedAt: null,
    finishedAt: null,
    dueAt: job.dueAt === 0 ? null : new Date(job.dueAt),
    priority: job.enginePriority - 1,
    origin: envelope.origin ?? 'taskyard',
    owner: envelope.owner ?? null,
    group: envelope.group ?? null,
    tags: envelope.tags ?? [],
    payload: envelope.payload,
  };
};
