import { parsePayload, parseResult, type Task, type TaskPolicy } from '@shared/contracts';
import {
  JobCancelledError,
  JobExpiredError,
  PlatformError,
  TaskQuarantinedError,
  UnknownTaskError,
  WorkerLostError,
} from '@shared/errors';
import type { Logger } from '@shared/service';
import { type Job as BullJob, WaitingError } from 'bullmq';
import type { QuarantineWatch } from '../dead-letters/quarantine.ts';
import { errorField, redrivenPolicy, redrives } from '../dead-letters/redriven.ts';
import { fieldOf, type TakenJob, type WorkerBackend } from '../engine/worker-backend.ts';
import { type Envelope, parseEnvelope } from '../envelope.ts';
import { type AttemptServices, type RunningAttempt, startAttempt } from './attempt.ts';
import { waitAfter } from './backoff.ts';
import { describeError, isRetryable, requestedDelay } from './describe-error.ts';
import type { RunTimes } from '../fleet/run-times.ts';
import type { Hooks, Outcome } from '../hooks/hooks.ts';
import type { Perform, Performer } from './perform.ts';
import { NotStartedError } from './not-started.ts';
import { RetryInError } from './retry-in.ts';

export type RunJobServices = {
  backend: WorkerBackend;
  implementations: ReadonlyMap<string, Performer>;
  log: Logger;
  servicesFor(taken: TakenJob): Omit<AttemptServices, 'log'>;
  /** The attempts of this process, by job id, for whoever must stop one. */
  running: Map<string, RunningAttempt>;
  /** Told when a slot is free again. */
  released(): void;
  /** Why this job was cancelled, if a command came before the job did. */
  cancelledEarly(jobId: string): string | undefined;
  /** Whether there is time left to run this job; if not, it goes back untouched. */
  admits(taken: TakenJob, task: string): boolean;
  /** Told how long each run took that ended by itself. */
  runTimes: Pick<RunTimes, 'note'>;
  /** Whether jobs of the task fail at once. */
  isQuarantined: QuarantineWatch['holds'];
  hooks: { attempt: Hooks['attempt']; settling: Hooks['settling'] };
  /** A payload that lies in object storage, or lacks what the job waited for, made whole. */
  assemble(
    taken: TakenJob,
    parts: Pick<Envelope, 'payload'> & { [Part in 'stored' | 'input']: Envelope[Part] | undefined },
  ): Promise<unknown>;
  /** Puts a large result into object storage; answers with what stands in its place. */
  offloadResult: ((taken: TakenJob, result: unknown) => Promise<unknown>) | undefined;
  /** Slows every task that shares a limit with this one. */
  holdSharedLimits(task: Task, ms: number): Promise<void>;
};

/** All that is known of a job before its handler runs. */
type Work = {
  taken: TakenJob;
  envelope: Envelope;
  implementation: Performer | undefined;
  policy: TaskPolicy;
  attempt: number;
  fence: number;
  enqueuedAt: Date;
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

/** The main path of every job: take, start, check, run, accept or record, release. */
export const createRunJob = (services: RunJobServices) => {
  const around = services.hooks.attempt;
  return async (job: BullJob, token: string): Promise<unknown> => {
    const work = take(services, job, token);
    const run = start(services, work);
    try {
      const { perform, task, payload } = await check(services, work, job);
      const result =
        around === undefined
          ? await runHandler(services, run, perform, payload)
          : await around(run.attempt, () => runHandler(services, run, perform, payload));
      return await accept(services, work, run, task, result);
    } catch (error) {
      await run.progress.flush();
      await record(services, work, run, error);
      throw new WaitingError(); // Tells BullMQ that the job is no longer its business.
    } finally {
      await release(services, work, run);
    }
  };
};

const take = ({ backend, implementations }: RunJobServices, job: BullJob, token: string): Work => {
  const taken = backend.takenBy(token);
  // BullMQ hands over only what the backend took under this very token.
  if (taken === undefined) throw new Error(`No job is held by token ${token}.`);
  const envelope: Envelope = parseEnvelope(job.data) ?? { payload: job.data };
  const implementation = implementations.get(job.name);
  return {
    taken,
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
  };
};

const RUNS_A_JOB = 1_000;

/**
 * Grows with every run of the job, and from one job to the next of the same id: a row that a job of
 * last week guarded must not shut out this week's.
 */
const fenceOf = ({ timestamp, attemptsStarted }: BullJob): number =>
  timestamp * RUNS_A_JOB + Math.min(attemptsStarted, RUNS_A_JOB - 1);

const start = (services: RunJobServices, work: Work): RunningAttempt => {
  const { taken, envelope, policy, attempt, fence, enqueuedAt } = work;
  const run = startAttempt(
    {
      jobId: taken.id,
      task: work.implementation?.task.name ?? 'unknown',
      queue: taken.queue,
      attempt,
      fence,
      owner: envelope.owner ?? null,
      group: envelope.group ?? null,
      origin: envelope.origin ?? 'taskyard',
      foreign: envelope.foreign ?? null,
      tags: envelope.tags ?? [],
      enqueuedAt,
      trace: envelope.trace,
      policy,
    },
    { ...services.servicesFor(taken), log: services.log },
  );
  // A job whose lock lapsed here can come back here: its earlier run must not outlive that.
  const earlier = services.running.get(taken.id);
  if (earlier !== undefined) {
    const error = new Error(`the lock of job ${taken.id} lapsed, and it was taken again`);
    earlier.stop({ kind: 'lock_lost', error }, 0);
  }
  services.running.set(taken.id, run);
  return run;
};

/** @throws what makes the job not worth running: cancelled, expired, unknown, malformed. */
const check = async (
  services: RunJobServices,
  { taken, envelope, implementation }: Work,
  job: BullJob,
): Promise<{ perform: Perform; task: Task; payload: unknown }> => {
  const again = redrives(taken) > 0;
  // A command that cancelled the job before it was redriven is not about this run.
  const early = again ? undefined : services.cancelledEarly(taken.id);
  const cancelled = fieldOf(taken.fields, 'cancelled') ?? early;
  if (cancelled !== undefined) throw new JobCancelledError(taken.id, cancelled);
  const doom = fieldOf(taken.fields, 'doom');
  if (doom !== undefined) throw new WorkerLostError(taken.id, doom);
  const { expiresAt = Infinity } = envelope;
  if (expiresAt <= Date.now() && !again) {
    throw new JobExpiredError(taken.id, new Date(expiresAt));
  }
  if (implementation === undefined) {
    throw new UnknownTaskError(job.name, [...services.implementations.keys()]);
  }
  const quarantined = services.isQuarantined(job.name);
  if (quarantined !== false && (await quarantined)) throw new TaskQuarantinedError(job.name);
  if (!services.admits(taken, job.name)) throw new NotStartedError(taken.id);
  const { task, perform } = implementation;
  const stored = await payloadOf(services, taken, envelope);
  const payload = task.codec === undefined ? stored : task.codec.load(stored);
  return { perform, task, payload: parsePayload(task, payload) };
};

/** The payload as it was enqueued, wherever it lies, with what the job waited for in its place. */
const payloadOf = (
  services: RunJobServices,
  taken: TakenJob,
  { payload, stored, input }: Envelope,
): unknown => {
  if (stored === undefined && input === undefined) return payload;
  return services.assemble(taken, { payload, stored, input });
};

/** Runs the handler until it settles, or is given up after a stop. A stopped attempt has no result. */
const runHandler = async (
  { runTimes }: RunJobServices,
  run: RunningAttempt,
  perform: Perform,
  payload: unknown,
): Promise<unknown> => {
  const result = await perform(payload, run).finally(() => {
    if (run.stopped() === undefined) runTimes.note(run.attempt.task, Date.now() - run.startedAt);
  });
  const stopped = run.stopped();
  if (stopped === undefined || stopped.kind === 'shutdown') return result;
  throw stopped.error;
};

const accept = async (
  { hooks, offloadResult }: RunJobServices,
  work: Work,
  run: RunningAttempt,
  task: Task,
  result: unknown,
): Promise<unknown> => {
  const accepted = parseResult(task, result);
  work.taken.keepResultMs = work.policy.keepResultMs;
  await hooks.settling?.(run.attempt, { kind: 'complete', result: accepted });
  const stored = task.codec === undefined ? accepted : task.codec.store(accepted);
  return offloadResult === undefined ? stored : await offloadResult(work.taken, stored);
};

/** Settles a failed attempt: back to the queue, another try later, or failed for good. */
const record = async (
  services: RunJobServices,
  work: Work,
  run: RunningAttempt,
  thrown: unknown,
): Promise<void> => {
  const { backend, log } = services;
  const stopped = run.stopped();
  if (stopped?.kind === 'lock_lost') return; // Somebody else has the job now.
  const { taken, attempt, policy } = work;
  if (stopped?.kind === 'shutdown' || thrown instanceof NotStartedError) {
    await announce(services, run, { kind: 'return' });
    await settle(backend, work, { kind: 'return' }, log);
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
    await settle(backend, work, { kind: 'fail', ms: policy.keepFailedMs, ...settlement }, log);
  } else {
    await announce(services, run, { kind: 'retry', error: described, thrown: error, waitMs: wait });
    await slowDown(services, work, requestedDelay(error));
    log.warn({ ...fields, code: described.code, waitMs: wait, ...shown(error) }, 'attempt failed');
    await settle(backend, work, { kind: 'retry', ms: wait, ...settlement }, log);
  }
};

/** A hook's failure must not keep a failure from being recorded. */
const announce = async (
  { hooks, log }: RunJobServices,
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
  { holdSharedLimits }: RunJobServices,
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

const settle = async (
  backend: WorkerBackend,
  { taken }: Work,
  settlement: Parameters<WorkerBackend['settle']>[1],
  log: Logger,
): Promise<void> => {
  try {
    await backend.settle(taken, settlement);
  } catch (error) {
    log.warn({ queue: taken.queue, jobId: taken.id, error }, 'attempt could not be recorded');
  }
};

const release = async (
  { running, released }: RunJobServices,
  { taken }: Work,
  run: RunningAttempt,
): Promise<void> => {
  run.end();
  if (running.get(taken.id) === run) running.delete(taken.id);
  released();
  await run.progress.flush();
};
