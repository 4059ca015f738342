import type { Origin } from '@shared/contracts';
import { parseEnvelope } from '../envelope.ts';
import { readWorkers } from '../fleet/read-workers.ts';
import type { WorkerInfo } from '../fleet/worker-info.ts';
import type { JobSummary, Place } from '../search/job-summary.ts';
import type { SearchAccess } from '../search/walk.ts';

/** What a job's hash says beside its summary. */
export type Stored = {
  lane: string;
  /** Why it is to be cancelled. */
  cancelled: string | undefined;
  /** The worker that had it last. */
  worker: string | undefined;
  flowId: string | undefined;
  /** How many results it still waits for, and in all. */
  pending: number;
  inputs: number;
  /** It has no handler: it ends when all its inputs are there. */
  isJoin: boolean;
  /** The protocol of the Python program that waits for it. */
  program: Origin | undefined;
  /** Not started after this. */
  expiresAt: Date | undefined;
};

/** All that the reasons are made of. */
export type Facts = {
  now: number;
  job: JobSummary;
  place: Place;
  stored: Stored;
  /** The fleet's workers that serve the job's queue; one that missed a beat is deaf for all we know. */
  serving: readonly WorkerInfo[];
};

const FIELDS = ['lane', 'cancelled', 'pb', 'flow', 'pend', 'inputs', 'join', 'data'];

const readStored = async (
  { redis, keys }: SearchAccess,
  { queue, jobId, redriven }: JobSummary,
): Promise<Stored> => {
  const values = await redis.hmget(`${keys.base(queue)}${jobId}`, ...FIELDS);
  const [lane, cancelled, worker, flowId, pending, inputs, join, json] = values;
  const envelope = parseEnvelope(JSON.parse(json ?? 'null'));
  const expiresAt = envelope?.expiresAt;
  return {
    lane: lane ?? '',
    cancelled: cancelled ?? undefined,
    worker: worker ?? undefined,
    flowId: flowId ?? undefined,
    pending: Number(pending ?? 0),
    inputs: Number(inputs ?? 0),
    isJoin: join !== null && join !== undefined,
    program: envelope?.foreign === undefined ? undefined : envelope.origin,
    // Whoever redrives a job wants it run, however late.
    expiresAt: expiresAt === undefined || redriven > 0 ? undefined : new Date(expiresAt),
  };
};

export const readFacts = async (
  access: SearchAccess,
  { job, place }: { job: JobSummary; place: Place },
): Promise<Facts> => {
  const [stored, workers] = await Promise.all([readStored(access, job), readWorkers(access)]);
  const serving = workers.filter(({ queues }) => queues.includes(job.queue));
  return { now: Date.now(), job, place, stored, serving: await heard(access, serving) };
};

/** A worker's word holds for three beats of five seconds, see announce.ts: less than two are left of it. */
const MISSED_A_BEAT_MS = 8_000;

const heard = async (
  { redis, keys }: SearchAccess,
  workers: readonly WorkerInfo[],
): Promise<WorkerInfo[]> => {
  const left = await Promise.all(workers.map(({ id }) => redis.pttl(keys.worker(id))));
  return workers.map((worker, i) =>
    (left[i] ?? 0) < MISSED_A_BEAT_MS ? { ...worker, state: 'deaf' } : worker,
  );
};
