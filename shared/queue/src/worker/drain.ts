import type { Logger } from '@shared/service';
import type { Worker as BullWorker } from 'bullmq';
import type { RunningAttempt } from './attempt.ts';

/** The share of the grace that is kept for handing back what did not finish. */
const HAND_BACK_SHARE = 0.1;
const MAX_HAND_BACK_MS = 1_000;

/**
 * Stops a worker within its grace: nothing new is taken, running jobs may finish, and what cannot is
 * told to stop and goes back to its queue as if it had never been taken.
 */
export const drain = async ({
  bull,
  running,
  graceMs,
  log,
}: {
  bull: BullWorker;
  running: ReadonlyMap<string, RunningAttempt>;
  graceMs: number;
  log: Logger;
}): Promise<void> => {
  const handBackMs = Math.min(graceMs * HAND_BACK_SHARE, MAX_HAND_BACK_MS);
  const stopRunning = () => {
    if (running.size > 0) log.info({ jobs: running.size }, 'handing unfinished jobs back');
    for (const [jobId, run] of running) {
      const error = new Error(`the worker of job ${jobId} is shutting down`);
      run.stop({ kind: 'shutdown', error }, handBackMs / 2);
    }
  };
  const timer = setTimeout(stopRunning, graceMs - handBackMs);
  try {
    await bull.close();
  } finally {
    clearTimeout(timer);
  }
};
