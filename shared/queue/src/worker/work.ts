import type { TaskPolicy } from '@shared/contracts';
import type { Job as BullJob } from 'bullmq';
import { redrivenPolicy } from '../dead-letters/redriven.ts';
import type { TakenJob, WorkerBackend } from '../engine/worker-backend.ts';
import { type Envelope, parseEnvelope } from '../envelope.ts';
import type { Performer } from './perform.ts';

/** All that is known of a job before its handler runs. */
export type Work = {
  taken: TakenJob;
  task: string;
  envelope: Envelope;
  implementation: Performer | undefined;
  policy: TaskPolicy;
  attempt: number;
  fence: number;
  enqueuedAt: Date;
  /** Whether it was run before, perhaps to an end that was not recorded. */
  again: boolean;
};

/** What a job of a task nobody here knows is treated by. */
const POLICY_OF_THE_UNKNOWN: TaskPolicy = {
  attempts: 1,
  backoff: { type: 'fixed', delayMs: 0 },
  timeoutMs: 60_000,
  killAfterMs: 0,
  keepResultMs: 0,
  keepFailedMs: 14 * 86_400_000,
};

/** Reads a job that the backend has taken under a token. */
export const takeWork = (
  backend: Pick<WorkerBackend, 'takenBy'>,
  implementations: ReadonlyMap<string, Performer>,
  job: BullJob,
  token: string,
): Work => {
  const taken = backend.takenBy(token);
  // BullMQ hands over only what the backend took under this very token.
  if (taken === undefined) throw new Error(`No job is held by token ${token}.`);
  const envelope: Envelope = parseEnvelope(job.data) ?? { payload: job.data };
  const implementation = implementations.get(job.name);
  return {
    taken,
    task: job.name,
    envelope,
    implementation,
    policy: {
      ...(implementation?.task ?? POLICY_OF_THE_UNKNOWN),
      ...envelope.policy,
      ...redrivenPolicy(taken),
    },
    attempt: job.attemptsMade + 1,
    fence: fenceOf(job),
    enqueuedAt: new Date(job.timestamp),
    again: job.attemptsStarted > 1,
  };
};

const RUNS_A_JOB = 1_000;

/**
 * Grows with every run of the job, and from one job to the next of the same id: a row that a job of
 * last week guarded must not shut out this week's.
 */
const fenceOf = ({ timestamp, attemptsStarted }: BullJob): number =>
  timestamp * RUNS_A_JOB + Math.min(attemptsStarted, RUNS_A_JOB - 1);
