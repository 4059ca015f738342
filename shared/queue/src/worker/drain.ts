import type { Logger } from '@shared/service';
import type { Worker as BullWorker } from 'bullmq';
import type { RunTimes } from '../fleet/run-times.ts';
import type { RunningAttempt } from './attempt.ts';
import { within } from './within.ts';

/** The share of the grace that is kept for handing back what did not finish. */
const HAND_BACK_SHARE = 0.1;
const MAX_HAND_BACK_MS = 1_000;

/** A run that is less likely than this to end within the grace may as well begin anew elsewhere now. */
const HOPELESS = 0.05;

/**
 * Stops a worker within its grace: nothing new is taken, running jobs may finish, and what cannot is
 * told to stop and goes back to its queue as if it had never been taken. A job whose task is known to
 * take longer is told at once; should its handler not listen, it has the whole grace all the same.
 *
 * @returns whether all was settled in time; if not, locks will lapse and others recover the jobs.
 */
export const drain = async ({
  bull,
  running,
  runTimes,
  graceMs,
  log,
}: {
  bull: BullWorker;
  running: ReadonlyMap<string, RunningAttempt>;
  runTimes: Pick<RunTimes, 'chance'>;
  graceMs: number;
  log: Logger;
}): Promise<boolean> => {
  const handBackMs = Math.min(graceMs * HAND_BACK_SHARE, MAX_HAND_BACK_MS);
  const runMs = graceMs - handBackMs;

  const isHopeless = ({ attempt, startedAt }: RunningAttempt) => {
    const chance = runTimes.chance(attempt.task, Date.now() - startedAt, runMs);
    return chance !== undefined && chance < HOPELESS;
  };

  const hopeless = [...running.values()].filter(isHopeless);
  if (hopeless.length > 0) log.info({ jobs: hopeless.length }, 'handing hopeless jobs back early');
  stop(hopeless, runMs + handBackMs / 2);

  const timer = setTimeout(() => {
    if (running.size > 0) log.info({ jobs: running.size }, 'handing unfinished jobs back');
    stop([...running.values()], handBackMs / 2);
  }, runMs);
  try {
    const inTime = await within(graceMs, bull.close());
    if (!inTime) log.warn({ jobs: running.size }, 'jobs left to their locks: the grace is over');
    return inTime;
  } finally {
    clearTimeout(timer);
  }
};

const stop = (runs: readonly RunningAttempt[], listenMs: number) => {
  for (const run of runs) {
    const error = new Error(`the worker of job ${run.attempt.jobId} is shutting down`);
    run.stop({ kind: 'shutdown', error }, listenMs);
  }
};
