import type { AnyTask, Canvas, Job, Task } from '@shared/contracts';
import type { Undeliverable } from '../dead-letters/bury-message.ts';
import type { Claim } from '../engine/add-batch.ts';
import type { Foreign } from '../envelope.ts';
import type { FlowOptions } from '../flows/compile.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { RedisConnection } from '../redis/connect.ts';
import type { EnqueueOptions } from './options.ts';
import type { QueueCounts } from './queue-counts.ts';

/** Where a flow's task names are looked up, when not in the catalogue. */
export type FlowTasks = { tasks?: readonly AnyTask[] };

/** One item of `enqueueMany`. */
export type EnqueueItem<Input = never, Payload = unknown, Result = unknown> = {
  task: Task<Input, Payload, Result>;
  payload: Input;
  options?: EnqueueOptions<NoInfer<Result>>;
};

export type Producer = AsyncDisposable & {
  /**
   * Enqueues one job.
   *
   * @throws {InvalidPayloadError | InvalidOptionError | PayloadTooLargeError | JobIdTakenError}
   *   before anything is written.
   * @throws {QueueUnavailableError} Redis does not answer.
   * @throws {QueueFullError} Redis is near its memory limit.
   */
  enqueue<Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    payload: Input,
    options?: EnqueueOptions<NoInfer<Result>>,
  ): Promise<Job<Result>>;
  /** Enqueues many; all payloads and options are checked before the first is written. */
  enqueueMany<Input, Payload, Result>(
    items: readonly EnqueueItem<Input, Payload, Result>[],
  ): Promise<Job<Result>[]>;
  /**
   * Starts a flow: all of it or nothing. Its last job carries the flow's id; cancelling that cancels
   * what is left of the whole.
   *
   * @throws {InvalidPayloadError | InvalidOptionError | UnknownTaskError} before anything is written.
   */
  enqueueFlow<Result>(
    canvas: Canvas<Result>,
    options?: FlowOptions<NoInfer<Result>> & FlowTasks,
  ): Promise<Job<Result>>;
  /**
   * Enqueues a job that an outbox or a spool has kept, once, however often it is delivered.
   *
   * @throws as `enqueue`.
   */
  deliver(job: HeldJob): Promise<void>;
  /**
   * For the interop layer: enqueues a job for a message in a list of the same server, which leaves the
   * list in the same step, unless a job of that id is there.
   *
   * @returns how many more the list has, too; undefined if the message is not the next in it any more.
   * @throws as `enqueue`.
   */
  claim<Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    payload: Input,
    options: EnqueueOptions,
    claim: Claim,
  ): Promise<{ job: Job<Result>; left: number } | undefined>;
  /** For the interop layer: keeps a message that cannot become a job as a dead letter; returns its id. */
  bury(message: Undeliverable): Promise<string>;
  /** For the interop layer: its notes on a job; null if there are none, or no job any more. */
  foreignOf(job: Pick<Job, 'id' | 'queue'>): Promise<Foreign | null>;
  /** @throws {JobNotFoundError} no queue holds a job of that id. */
  jobById<Result = unknown>(id: string): Promise<Job<Result>>;
  /** All queues that were ever enqueued to or served, and those of the catalogue. */
  queueNames(): Promise<string[]>;
  queueCounts(): Promise<Record<string, QueueCounts>>;
  /** Answers PING, or throws; for health checks. */
  ping(): Promise<void>;
  readonly redis: RedisConnection;
};
