import type { Hooks, Worker } from '@shared/queue';
import { createWaiting, type Room } from './room.ts';

/** The room of one worker in this process: its free slots. */
export type WorkerRoom = Room & {
  /** For the worker: tells which jobs began and ended. */
  readonly hooks: Hooks;
  /** The worker that the hooks belong to, once it has started. */
  serve(worker: Pick<Worker, 'concurrency' | 'running' | 'onReleased'>): void;
};

/**
 * @param prefetch how many jobs beyond its free slots a worker may hold, as a multiple of its slots; 0
 *   unless told, so that a foreign queue keeps its order and its jobs to the last moment.
 */
export const createWorkerRoom = ({ prefetch = 0 }: { prefetch?: number } = {}): WorkerRoom => {
  const { wake, change } = createWaiting();
  /** Enqueued and not begun. */
  const ahead = new Set<string>();
  /** Began before their enqueuing was answered. */
  const early = new Set<string>();
  let worker: Pick<Worker, 'concurrency' | 'running'> | undefined;

  return {
    change,
    free: () => {
      if (worker === undefined) return 0;
      const held = worker.running() + ahead.size;
      return Math.max(Math.floor(worker.concurrency * (1 + prefetch)) - held, 0);
    },
    took: (jobIds) => {
      for (const jobId of jobIds) if (!early.delete(jobId)) ahead.add(jobId);
    },
    hooks: {
      async attempt(attempt, next) {
        if (attempt.origin !== 'taskyard' && !ahead.delete(attempt.jobId)) early.add(attempt.jobId);
        return next();
      },
      async settling(attempt) {
        // Those that were never run, because they were cancelled or have expired.
        ahead.delete(attempt.jobId);
        early.delete(attempt.jobId);
      },
    },
    serve: (served) => {
      worker = served;
      served.onReleased(wake);
      wake();
    },
  };
};
