import type { Job, Origin, Task, TaskPolicy } from '@shared/contracts';
import { type JobCancelledError, JobTimeoutError } from '@shared/errors';
import { childTraceParent, type Logger } from '@shared/service';
import type { EnqueueOptions } from '../enqueue/options.ts';
import type { Foreign } from '../envelope.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { createProgressReporter, type ProgressReporter } from './progress-reporter.ts';
import { RetryInError } from './retry-in.ts';

/** What a handler is given beside its payload: one run of one job. */
export type Attempt = {
  readonly jobId: string;
  readonly task: string;
  readonly queue: string;
  /** Which run this is; the first is 1. */
  readonly attempt: number;
  /** Tries in total. */
  readonly attempts: number;
  /** Grows with every run of the job, interrupted ones included, and over jobs of one id: guard writes with it. */
  readonly fence: number;
  /** Aborts at the deadline, when the job is cancelled, its lock is lost, or the worker must stop. */
  readonly signal: AbortSignal;
  /** When the signal aborts. */
  readonly deadline: Date;
  /** Carries queue, task, jobId and attempt already. */
  readonly log: Logger;
  readonly owner: string | null;
  readonly group: string | null;
  readonly tags: readonly string[];
  /** The protocol the job came in by. */
  readonly origin: Origin;
  /** What the interop layer noted on a job of its own; null for all others. */
  readonly foreign: Foreign | null;
  readonly enqueuedAt: Date;
  /** The worker's connection; prefix your keys. */
  readonly redis: RedisConnection;
  /** Tells whoever watches; stored at most ten times a second. */
  progress(fraction: number, message?: string): void;
  /** Enqueues a further job, carrying on trace, owner and group. */
  enqueue<Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    payload: Input,
    options?: EnqueueOptions<NoInfer<Result>>,
  ): Promise<Job<Result>>;
  /** `throw attempt.retryIn(60_000)`: this attempt is used up, the next one comes after that. */
  retryIn(ms: number): Error;
  /** Moves the deadline to `ms` from now. */
  extendTimeout(ms: number): void;
  /** Renews the lock now: call it in long stretches of work that block the event loop. */
  heartbeat(): Promise<void>;
};

/** Why an attempt was stopped from outside. */
export type StopReason =
  | { kind: 'timeout'; error: JobTimeoutError }
  | { kind: 'cancelled'; error: JobCancelledError }
  | { kind: 'lock_lost'; error: Error }
  | { kind: 'shutdown'; error: Error };

/** The worker's side of an attempt. */
export type RunningAttempt = {
  attempt: Attempt;
  /** In ms since the epoch. */
  startedAt: number;
  progress: ProgressReporter;
  stopped(): StopReason | undefined;
  stop(reason: StopReason, graceMs: number): void;
  /** Rejects `graceMs` after a stop: the handler has had its chance. */
  onGivenUp(listener: (error: Error) => void): void;
  end(): void;
};

export type AttemptFacts = {
  jobId: string;
  task: string;
  queue: string;
  attempt: number;
  fence: number;
  owner: string | null;
  group: string | null;
  tags: readonly string[];
  origin: Origin;
  foreign: Foreign | null;
  enqueuedAt: Date;
  trace: string | undefined;
  policy: TaskPolicy;
};

export type AttemptServices = {
  log: Logger;
  redis: RedisConnection;
  report(progressJson: string): Promise<void>;
  enqueue: Attempt['enqueue'];
  heartbeat(): Promise<void>;
};

/**
 * Begins an attempt. What a handler may not need (its signal, its logger) is made when asked for: this
 * runs for every job.
 */
export const startAttempt = (facts: AttemptFacts, services: AttemptServices): RunningAttempt => {
  const { jobId, task, queue, policy, owner, group, trace } = facts;
  let controller: AbortController | undefined;
  let reason: StopReason | undefined;
  let log: Logger | undefined;
  let givenUp: ((error: Error) => void) | undefined;
  let giveUpTimer: NodeJS.Timeout | undefined;
  const startedAt = Date.now();
  let deadlineMs = startedAt + policy.timeoutMs;
  const progress = createProgressReporter(services.report);

  const stop = (why: StopReason, graceMs: number) => {
    if (reason !== undefined) return;
    reason = why;
    controller?.abort(why.error);
    giveUpTimer = setTimeout(() => givenUp?.(why.error), graceMs);
  };
  const onDeadline = () =>
    stop(
      { kind: 'timeout', error: new JobTimeoutError(task, policy.timeoutMs) },
      policy.killAfterMs,
    );
  let timer = setTimeout(onDeadline, policy.timeoutMs);

  const attempt: Attempt = {
    jobId,
    task,
    queue,
    attempt: facts.attempt,
    attempts: policy.attempts,
    fence: facts.fence,
    owner,
    group,
    tags: facts.tags,
    origin: facts.origin,
    foreign: facts.foreign,
    enqueuedAt: facts.enqueuedAt,
    redis: services.redis,
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (reason !== undefined) controller.abort(reason.error);
      }
      return controller.signal;
    },
    get deadline() {
      return new Date(deadlineMs);
    },
    get log() {
      log ??= services.log.child({ queue, task, jobId, attempt: facts.attempt });
      return log;
    },
    progress: progress.report,
    enqueue: (next, payload, options = {}) =>
      services.enqueue(next, payload, {
        ...(owner === null ? {} : { owner }),
        ...(group === null ? {} : { group }),
        traceParent: childTraceParent(trace),
        ...options,
      }),
    retryIn: (ms) => new RetryInError(ms),
    extendTimeout: (ms) => {
      clearTimeout(timer);
      deadlineMs = Date.now() + ms;
      timer = setTimeout(onDeadline, ms);
    },
    heartbeat: services.heartbeat,
  };

  return {
    attempt,
    startedAt,
    progress,
    stop,
    stopped: () => reason,
    onGivenUp: (listener) => {
      givenUp = listener;
    },
    end: () => {
      clearTimeout(timer);
      clearTimeout(giveUpTimer);
    },
  };
};
