import type { Task, TaskPolicy } from '@shared/contracts';
import { PlatformError, ProtocolNotSpokenError } from '@shared/errors';
import type { Logger } from '@shared/service';
import { errorField } from '../dead-letters/redriven.ts';
import type { WorkerBackend } from '../engine/worker-backend.ts';
import type { Hooks, Outcome } from '../hooks/hooks.ts';
import type { Ending } from '../follow-ups/make.ts';
import type { RunningAttempt } from './attempt.ts';
import { waitAfter } from './backoff.ts';
import { describeError, isRetryable, requestedDelay } from './describe-error.ts';
import { NotStartedError } from './not-started.ts';
import { RetryInError } from './retry-in.ts';
import type { Work } from './work.ts';

export type RecordServices = {
  backend: Pick<WorkerBackend, 'settle'>;
  log: Logger;
  hooks: { settling: Hooks['settling'] };
  /** Slows every task that shares a limit with this one. */
  holdSharedLimits(task: Task, ms: number): Promise<void>;
  /** Has what follows a job that has ended wait for that to be recorded. */
  follow(work: Work, ending: Ending): Promise<void>;
};

/** Settles a failed attempt: back to the queue, another try later, or failed for good. */
export const recordFailure = async (
  services: RecordServices,
  work: Work,
  run: RunningAttempt,
  thrown: unknown,
): Promise<void> => {
  const { log } = services;
  const stopped = run.stopped();
  if (stopped?.kind === 'lock_lost') return; // Somebody else has the job now.
  const { taken, attempt, policy } = work;
  const isMisplaced = thrown instanceof ProtocolNotSpokenError;
  if (isMisplaced) log.error({ queue: taken.queue, code: thrown.code }, thrown.message);
  if (stopped?.kind === 'shutdown' || isMisplaced || thrown instanceof NotStartedError) {
    await announce(services, run, { kind: 'return' });
    await settle(services, work, { kind: 'return' });
    return;
  }
  const error = stopped?.error ?? thrown;
  const described = describeError(error, attempt);
  const wait = retryWait(policy, attempt, error);
  const fields = {
    queue: taken.queue,
    task: work.implementation?.task.name,
    jobId: taken.id,
    attempt,
  };
  const settlement = {
    value: described.message,
    made: attempt,
    error: {
      field: errorField(taken, attempt),
      json: JSON.stringify(described),
      code: described.code,
    },
  };
  if (wait === undefined) {
    await announce(services, run, { kind: 'fail', error: described, thrown: error });
    log.error({ ...fields, code: described.code, ...shown(error) }, 'job failed');
    const { code, name, message } = described;
    const value = { jobId: taken.id, task: work.task, error: { code, name, message, attempt } };
    const failed = { kind: 'fail', ms: policy.keepFailedMs, ...settlement } as const;
    await settle(services, work, failed, { kind: 'failure', value });
  } else {
    await announce(services, run, { kind: 'retry', error: described, thrown: error, waitMs: wait });
    await slowDown(services, work, requestedDelay(error));
    log.warn({ ...fields, code: described.code, waitMs: wait, ...shown(error) }, 'attempt failed');
    await settle(services, work, { kind: 'retry', ms: wait, ...settlement });
  }
};

/** A hook's failure must not keep a failure from being recorded. */
const announce = async (
  { hooks, log }: RecordServices,
  run: RunningAttempt,
  outcome: Outcome,
): Promise<void> => {
  try {
    await hooks.settling?.(run.attempt, outcome);
  } catch (error) {
    log.error({ jobId: run.attempt.jobId, error }, 'hook failed');
  }
};

/** A provider that asks to wait asks it of every task that uses it. */
const slowDown = async (
  { holdSharedLimits }: RecordServices,
  { implementation }: Work,
  ms: number,
): Promise<void> => {
  if (ms > 0 && implementation !== undefined) await holdSharedLimits(implementation.task, ms);
};

/** How long until the next attempt, or undefined if there is none. */
const retryWait = (policy: TaskPolicy, attempt: number, error: unknown): number | undefined => {
  if (attempt >= policy.attempts || !isRetryable(error)) return undefined;
  if (error instanceof RetryInError) return Math.max(Math.round(error.delayMs), 0);
  if (policy.retryOn === 'request') return undefined;
  return Math.max(waitAfter(policy.backoff, attempt), requestedDelay(error));
};

/** Our own errors say it all in a line; others need their stack to be found. */
const shown = (error: unknown) =>
  error instanceof PlatformError ? { reason: error.why } : { error };

/** What cannot be recorded is run again once the lock has lapsed. */
const settle = async (
  { backend, log, follow }: RecordServices,
  work: Work,
  settlement: Parameters<WorkerBackend['settle']>[1],
  ending?: Ending,
): Promise<void> => {
  const { taken } = work;
  try {
    if (ending !== undefined) await follow(work, ending);
    await backend.settle(taken, settlement);
  } catch (error) {
    log.warn({ queue: taken.queue, jobId: taken.id, error }, 'attempt could not be recorded');
  }
};
