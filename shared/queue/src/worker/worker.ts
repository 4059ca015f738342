import type { HealthCheck } from '@shared/service';
import type { Producer } from '../enqueue/producer.ts';
import type { AutoscaleRange } from '../fleet/autoscale-range.ts';
import type { Attempt } from './attempt.ts';

/** A worker of this process. */
export type Worker = AsyncDisposable & {
  readonly id: string;
  readonly queues: readonly string[];
  /** How many jobs run at most; may change. */
  readonly concurrency: number;
  /** How many jobs run right now. */
  running(): number;
  /** Calls back whenever a slot is free again, until what it returned is called. */
  onReleased(listener: () => void): () => void;
  /**
   * Enqueues by the connection that the worker takes its jobs by. While the worker has nothing to do it
   * takes a job of its own queues with the same round trip.
   */
  readonly producer: Producer;
  /** The jobs that run right now. */
  current(): RunningJob[];
  /** More slots take effect at once, fewer as jobs end. */
  resize(concurrency: number): void;
  /** Takes no more jobs; what runs goes on. */
  pause(): void;
  /**
   * Cancels a job that runs in this process, or comes to it soon; false if it does not run now. A handler
   * that ignores its signal is given up after `graceMs`, 5,000 unless told.
   */
  cancel(jobId: string, reason: string, graceMs?: number): boolean;
  /**
   * Runs another task's handler as part of an attempt that runs here, with its signal, in its slot;
   * undefined if this worker has no such handler.
   */
  perform(
    attempt: Attempt,
    task: string,
    payload: unknown,
  ): Promise<{ result: unknown } | undefined>;
  /** Between how many slots it moves by itself; null while it does not. */
  readonly autoscaling: { range(): AutoscaleRange | null; set(range: AutoscaleRange | null): void };
  /** Whether it can do its work now; for readiness. */
  health: HealthCheck;
  /** Whether it hears; for liveness. Redis being away is no fault of the worker's. */
  alive: HealthCheck;
};

/** A job that a worker runs. */
export type RunningJob = { attempt: Attempt; startedAt: Date };
