import { InvalidOptionError } from '@shared/errors';
import type { z } from 'zod';
import type { Job } from './job.ts';
import { type Signature, signature, type SignatureOptions } from './canvas.ts';
import { delay } from './default-producer.ts';
import { checkTaskLimits, type TaskLimits } from './limit.ts';

/** The wait between attempts. `jitter` 0.2 spreads each wait by ±20 %. */
export type Backoff =
  | { type: 'fixed'; delayMs: number; jitter?: number }
  | { type: 'linear'; delayMs: number; maxDelayMs?: number; jitter?: number }
  | { type: 'exponential'; delayMs: number; maxDelayMs?: number; jitter?: number }
  /** The wait after attempt 1, 2, …; the last one repeats. */
  | { type: 'list'; delaysMs: readonly number[]; jitter?: number };

/** How a task's jobs are run unless an option of `enqueue` says otherwise. */
export type TaskPolicy = {
  /** Tries in total, the first included. */
  attempts: number;
  backoff: Backoff;
  /** What another attempt comes after: any error that allows it, unless told; or `attempt.retryIn` alone. */
  retryOn?: 'error' | 'request';
  /** When the attempt's signal aborts and the attempt fails. */
  timeoutMs: number;
  /** How long after that a handler that ignores its signal is given up; an isolated one is killed. */
  killAfterMs: number;
  /** How long a result can be read after the job is complete. */
  keepResultMs: number;
  /** How long a failed, cancelled or expired job is kept with its history. */
  keepFailedMs: number;
  /**
   * Where the handler runs: in the worker's own event loop unless told. Code that keeps the event loop
   * busy wants a thread; code that may crash, or stays long in native calls, a process.
   */
  isolate?: Isolation;
  /**
   * What one isolated job may hold, in MB; 512 unless told. Exact for the heap of a process; a thread
   * is ended when heap and buffers, uncollected garbage included, are twice that.
   */
  memoryLimitMb?: number;
};

/** What a handler can be killed with. */
export type Isolation = 'thread' | 'process';

/** What Python programs call the task, and the order of its positional arguments. */
export type PythonName = {
  name: string;
  /** Names of payload fields, in the order of the Python function's parameters. */
  args: readonly string[];
  /** What other programs call the same task. */
  aliases?: readonly string[];
  /**
   * Whether a Celery message is acknowledged after the outcome is stored, not when the platform has its
   * job; as the process is told (`CELERY_ACKS_LATE`) unless told here.
   */
  acksLate?: boolean;
  /** Whether Celery programs find no result of it, unless they ask for one; false unless told. */
  ignoreResult?: boolean;
};

/** How a task's payload and result are stored, where JSON alone cannot hold them. */
export type Codec = {
  store(value: unknown): unknown;
  load(stored: unknown): unknown;
};

/**
 * A kind of work: what may be asked and what comes back. `Input` is what a producer writes, `Payload`
 * what the handler gets (defaults filled in), `Result` what the producer can await.
 */
export type Task<Input = unknown, Payload = unknown, Result = unknown> = TaskPolicy &
  TaskLimits & {
    readonly name: string;
    readonly queue: string;
    readonly payload: z.ZodType<Payload, Input>;
    readonly result: z.ZodType<Result>;
    readonly python?: PythonName;
    readonly codec?: Codec;
    /** Enqueues through the process's default producer, without options. */
    delay(payload: Input): Promise<Job<Result>>;
    /** A call that has not been made, for chains, groups and chords. */
    s(payload: Input, options?: SignatureOptions): Signature<Result>;
    /** The same, with the result of the step before in the field `input`. */
    s<Field extends keyof Input & string>(
      payload: Omit<Input, Field>,
      options: SignatureOptions & { input: Field },
    ): Signature<Result>;
  };

/** Any task, whatever it takes and gives. */
// oxlint-disable-next-line typescript/no-explicit-any -- Task is invariant in Input; `unknown` would admit none.
export type AnyTask = Task<any, any, any>;

const DEFAULT_POLICY: TaskPolicy = {
  attempts: 3,
  backoff: { type: 'exponential', delayMs: 1_000, maxDelayMs: 600_000, jitter: 0.2 },
  timeoutMs: 300_000,
  killAfterMs: 10_000,
  keepResultMs: 3_600_000,
  keepFailedMs: 14 * 86_400_000,
};

const QUEUE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

export const isQueueName = (name: string): boolean => QUEUE_NAME.test(name);

export const QUEUE_NAME_FIX = 'Use 1 to 64 letters, digits, "_", "." and "-".';

const TASK_NAME = /^[^\s:]{1,200}$/;

/**
 * Defines a task. Jobs outlive deploys: add optional fields, roll workers out before producers, never
 * rename a task.
 *
 * @throws {InvalidOptionError} for a name or a policy value out of range.
 */
export const defineTask = <PayloadSchema extends z.ZodType, ResultSchema extends z.ZodType>(
  definition: {
    name: string;
    queue: string;
    payload: PayloadSchema;
    result: ResultSchema;
    python?: PythonName;
    codec?: Codec;
  } & Partial<TaskPolicy> &
    TaskLimits,
): Task<z.input<PayloadSchema>, z.output<PayloadSchema>, z.output<ResultSchema>> => {
  const policy: TaskPolicy = { ...DEFAULT_POLICY, ...definition };
  const task: Task<z.input<PayloadSchema>, z.output<PayloadSchema>, z.output<ResultSchema>> = {
    ...definition,
    ...policy,
    // Zod infers the same types, but only the schema's own type parameter knows it.
    payload: definition.payload as unknown as z.ZodType<
      z.output<PayloadSchema>,
      z.input<PayloadSchema>
    >,
    result: definition.result as unknown as z.ZodType<z.output<ResultSchema>>,
    delay: (payload) => delay(task, payload),
    s: (payload: unknown, options?: SignatureOptions & { input?: string }) =>
      signature<z.output<ResultSchema>>(task, payload, options),
  };
  checkNames(task);
  checkPolicy(policy);
  checkIsolation(policy);
  checkTaskLimits(task);
  return task;
};

const checkNames = ({ name, queue }: { name: string; queue: string }) => {
  if (!TASK_NAME.test(name)) {
    throw new InvalidOptionError('name', `"${name}" is no task name`, 'Use "queue.verb-noun".');
  }
  if (!isQueueName(queue)) {
    throw new InvalidOptionError('queue', `"${queue}" is no queue name`, QUEUE_NAME_FIX);
  }
};

/** @throws {InvalidOptionError} naming the first value out of range. */
export const checkPolicy = (policy: Partial<TaskPolicy>): void => {
  const whole = (option: keyof TaskPolicy, min: number) => {
    const value = policy[option];
    if (value === undefined) return;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min) {
      throw new InvalidOptionError(
        option,
        `${JSON.stringify(value)} is not a whole number of at least ${min}`,
        `Give a whole number from ${min}.`,
      );
    }
  };
  whole('attempts', 1);
  whole('timeoutMs', 1);
  whole('killAfterMs', 0);
  whole('keepResultMs', 0);
  whole('keepFailedMs', 0);
  whole('memoryLimitMb', MIN_MEMORY_MB);
  if (policy.backoff !== undefined) checkBackoff(policy.backoff);
  const { retryOn = 'error' } = policy;
  if (retryOn !== 'error' && retryOn !== 'request') {
    throw new InvalidOptionError('retryOn', 'it is no such word', 'Use "error" or "request".');
  }
};

/** Less than this, and an isolate has no room for itself. */
const MIN_MEMORY_MB = 32;

const checkIsolation = ({ isolate, memoryLimitMb }: TaskPolicy) => {
  if (isolate !== undefined && isolate !== 'thread' && isolate !== 'process') {
    throw new InvalidOptionError(
      'isolate',
      `${JSON.stringify(isolate)} is no isolation`,
      'Use "thread" or "process", or leave it out.',
    );
  }
  if (isolate === undefined && memoryLimitMb !== undefined) {
    throw new InvalidOptionError(
      'memoryLimitMb',
      'the memory of a job is limited only where it is isolated',
      'Add isolate: "thread" or "process".',
    );
  }
};

const checkBackoff = (backoff: Backoff) => {
  const waits =
    backoff.type === 'list'
      ? backoff.delaysMs
      : [backoff.delayMs, 'maxDelayMs' in backoff ? (backoff.maxDelayMs ?? 0) : 0];
  const jitter = backoff.jitter ?? 0;
  if (waits.length === 0 || waits.some((ms) => !Number.isFinite(ms) || ms < 0)) {
    throw new InvalidOptionError(
      'backoff',
      'a wait is missing or negative',
      'Give milliseconds from 0.',
    );
  }
  if (!(jitter >= 0 && jitter <= 1)) {
    throw new InvalidOptionError('backoff', `jitter ${jitter} is out of range`, 'Use 0 to 1.');
  }
};
