import type { Hooks, Worker } from '@shared/queue';
import { createWaiting, type Room } from './room.ts';

/** The room of one worker in this process: its free slots. */
export type WorkerRoom = Room & {
  /** For the worker: tells which jobs began and ended. */
  readonly hooks: Hooks;
  /**
   * The worker that the hooks belong to, once it has started.
   *
   * @param isWaiting whether a job still waits for a worker: another may have taken it.
   */
  serve(
    worker: Pick<Worker, 'concurrency' | 'running' | 'onReleased'>,
    isWaiting: (jobId: string) => Promise<boolean>,
  ): Disposable;
};

/** A job that has not begun here after this long may have begun elsewhere. */
const LOOK_AFTER_MS = 500;

/** Jobs that other processes enqueued begin here too, and nobody will ask for them. */
const REMEMBERED = 1_000;

/**
 * @param prefetch how many jobs beyond its free slots a worker may hold, as a multiple of its slots; 0
 *   unless told, so that a foreign queue keeps its order and its jobs to the last moment.
 */
export const createWorkerRoom = ({ prefetch = 0 }: { prefetch?: number } = {}): WorkerRoom => {
  const { wake, change } = createWaiting();
  /** Enqueued and not begun, since when. */
  const ahead = new Map<string, number>();
  /** Began, or even ended, before their enqueuing was answered. */
  const early = new Set<string>();
  const begun = new Set<string>();
  let worker: Pick<Worker, 'concurrency' | 'running'> | undefined;

  const begin = (jobId: string) => {
    if (!ahead.delete(jobId)) remember(early, jobId);
  };

  return {
    change,
    free: () => {
      if (worker === undefined) return 0;
      const held = worker.running() + ahead.size;
      return Math.max(Math.floor(worker.concurrency * (1 + prefetch)) - held, 0);
    },
    took: (jobIds) => {
      for (const jobId of jobIds) if (!early.delete(jobId)) ahead.set(jobId, Date.now());
    },
    lost: (jobIds) => {
      for (const jobId of jobIds) ahead.delete(jobId);
      wake();
    },
    hooks: {
      async attempt({ jobId, origin }, next) {
        if (origin !== 'taskyard') {
          begin(jobId);
          remember(begun, jobId);
        }
        return next();
      },
      async settling({ jobId, origin }) {
        // Those that were never run, because they were cancelled or have expired.
        if (!begun.delete(jobId) && origin !== 'taskyard') begin(jobId);
      },
    },
    serve: (served, isWaiting) => {
      worker = served;
      served.onReleased(wake);
      wake();
      return watchOthers(ahead, isWaiting, wake);
    },
  };
};

const remember = (jobIds: Set<string>, jobId: string) => {
  jobIds.add(jobId);
  const [oldest = ''] = jobIds;
  if (jobIds.size > REMEMBERED) jobIds.delete(oldest);
};

/** Gives back the room of jobs that another worker took. */
const watchOthers = (
  ahead: Map<string, number>,
  isWaiting: (jobId: string) => Promise<boolean>,
  wake: () => void,
): Disposable => {
  let busy = false;
  const look = async () => {
    busy = true;
    try {
      for (const [jobId, since] of ahead) {
        if (Date.now() - since < LOOK_AFTER_MS) return; // A Map keeps the order of insertion.
        if (await isWaiting(jobId)) continue;
        ahead.delete(jobId);
        wake();
      }
    } catch {
      // Redis is away: there is nothing to take either.
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => {
    if (!busy && ahead.size > 0) void look();
  }, LOOK_AFTER_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
