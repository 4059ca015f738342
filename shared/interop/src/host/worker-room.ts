import type { Attempt, Hooks, Worker } from '@shared/queue';
import { createWaiting, type Room } from './room.ts';

/** What a room needs of its worker. */
type RoomsWorker = Pick<Worker, 'concurrency' | 'running' | 'onReleased' | 'pause'>;

/** The room of one worker in this process: its free slots. */
export type WorkerRoom = Room & {
  /** For the worker: tells which jobs began and ended. */
  readonly hooks: Hooks;
  /** Resolves once as many jobs have ended as the worker is to run. */
  readonly exhausted: Promise<void>;
  /**
   * The worker that the hooks belong to, once it has started.
   *
   * @param isWaiting whether a job still waits for a worker: another may have taken it.
   */
  serve(worker: RoomsWorker, isWaiting: (jobId: string) => Promise<boolean>): Disposable;
};

/** A job that has not begun here after this long may have begun elsewhere. */
const LOOK_AFTER_MS = 500;

/** Jobs that other processes enqueued begin here too, and nobody will ask for them. */
const MOST_EARLY = 1_000;

/**
 * @param options.prefetch how many jobs beyond its free slots a worker may hold, as a multiple of its slots;
 *   0 unless told, so that a foreign queue keeps its order and its jobs to the last moment.
 * @param options.maxJobs how many jobs the worker is to run, each attempt counted; without end unless told.
 */
export const createWorkerRoom = ({
  prefetch = 0,
  maxJobs = Infinity,
}: { prefetch?: number; maxJobs?: number | undefined } = {}): WorkerRoom => {
  const { wake, change } = createWaiting();
  const { promise: exhausted, resolve: exhaust } = Promise.withResolvers<void>();
  /** Enqueued and not begun, since when. */
  const ahead = new Map<string, number>();
  /** Seen before their enqueuing was answered. */
  const early = new Set<string>();
  const seen = new WeakSet<Attempt>();
  const counts = { begun: 0, ended: 0 };
  let worker: RoomsWorker | undefined;

  const begin = (count: number) => {
    counts.begun += count;
    if (counts.begun >= maxJobs) worker?.pause();
  };
  const end = (count: number) => {
    counts.ended += count;
    if (counts.ended >= maxJobs) exhaust();
  };

  const see = (attempt: Attempt) => {
    if (seen.has(attempt)) return;
    seen.add(attempt);
    begin(1);
    if (attempt.origin === 'taskyard' || ahead.delete(attempt.jobId)) return;
    early.add(attempt.jobId);
    // Most were enqueued by somebody else, and nobody here will ask for them.
    if (early.size > MOST_EARLY) for (const oldest of early) return void early.delete(oldest);
  };

  return {
    change,
    exhausted,
    free: () => {
      if (worker === undefined) return 0;
      const held = worker.running() + ahead.size;
      const slots = Math.floor(worker.concurrency * (1 + prefetch)) - held;
      return Math.max(Math.min(slots, maxJobs - counts.begun - ahead.size), 0);
    },
    took: (jobIds) => {
      for (const jobId of jobIds) if (!early.delete(jobId)) ahead.set(jobId, Date.now());
    },
    lost: (jobIds) => {
      for (const jobId of jobIds) ahead.delete(jobId);
      wake();
    },
    refused: (count) => {
      begin(count);
      end(count);
    },
    hooks: {
      attempt(attempt, next) {
        see(attempt);
        return next();
      },
      async settling(attempt, { kind }) {
        // Those that were never run, because they were cancelled or have expired.
        see(attempt);
        if (kind !== 'return') end(1);
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
