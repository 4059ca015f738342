import { JobCancelledError } from '@shared/errors';
import type { Attempt, Hooks, Outcome } from '@shared/queue';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PythonTasks } from '../tasks/python-tasks.ts';
import { resultForPython } from '../tasks/result-for-python.ts';
import { arqFailures, exceptionOf } from './exceptions.ts';
import { arqForeign, functionOf } from './foreign.ts';
import { type ArqJob, LOST_JOB, readJob } from './job.ts';
import { holdRunning } from './hold-running.ts';
import type { FreshJobs } from './fresh.ts';
import type { ArqSettings } from './options.ts';
import { rememberRun } from './attempt.ts';
import { type ArqStore, resultOf } from './store.ts';

/** One run in this worker. */
type Run = {
  tryNumber: number;
  job: ArqJob;
  startedAt: number;
  /** By which its lock is known; null for one that was just taken. */
  fence: number | null;
  elsewhere: boolean;
};

/** Counted for the health record. */
export type RunCounts = { complete: number; failed: number; retried: number; ongoing: number };

/** For how long a result is tried to be written while ARQ's Redis is away. */
const PATIENCE_MS = 60_000;

/** The worker's part: a run is claimed before it begins, and what it came to is written before that is recorded. */
export const createRunning = ({
  store,
  settings,
  fresh,
  tasks,
}: {
  store: ArqStore;
  settings: ArqSettings;
  fresh: FreshJobs;
  tasks: () => PythonTasks | undefined;
}): Disposable & { hooks: Pick<Hooks, 'attempt' | 'settling'>; counts: RunCounts } => {
  const runs = new WeakMap<Attempt, Run>();
  const counts: RunCounts = { complete: 0, failed: 0, retried: 0, ongoing: 0 };
  const { serializer, log } = settings;
  const holding = holdRunning(store, log);

  const jobOf = (written: Uint8Array | null): ArqJob => {
    if (written === null) return LOST_JOB;
    try {
      return readJob(serializer, written);
    } catch {
      return LOST_JOB; // It was readable when it was taken; somebody wrote over it.
    }
  };

  const begin = async (attempt: Attempt): Promise<Run> => {
    const { id, queue } = arqForeign(attempt.foreign);
    const startedAt = Date.now();
    const known = attempt.attempt === 1 ? fresh.take(id) : undefined;
    if (known !== undefined) {
      const run = { ...known, startedAt, fence: null, elsewhere: false };
      runs.set(attempt, run);
      return run;
    }
    const { fence } = attempt;
    const claim = await store.claim({ id, queue, fence });
    if (claim === undefined) {
      runs.set(attempt, { tryNumber: 0, job: LOST_JOB, startedAt, fence, elsewhere: true });
      throw new JobCancelledError(attempt.jobId, 'another ARQ worker has it, or has ended it');
    }
    const { tryNumber, written } = claim;
    const run = { tryNumber, job: jobOf(written), startedAt, fence, elsewhere: false };
    runs.set(attempt, run);
    return run;
  };

  const settle = async (attempt: Attempt, outcome: Outcome): Promise<void> => {
    const { id, queue, name } = arqForeign(attempt.foreign);
    const run = runs.get(attempt);
    if (run?.elsewhere === true) return;
    if (outcome.kind === 'return') return store.giveBack({ queue, id }, null);
    if (outcome.kind === 'retry') {
      counts.retried += 1;
      return store.giveBack({ queue, id }, Date.now() + outcome.waitMs);
    }
    const task = tasks()?.named(functionOf(name));
    const job = run?.job ?? jobOf(await store.written(id));
    const isTooMany = outcome.kind === 'fail' && outcome.error.name === 'RetryInError';
    // In ARQ the last one that asks again is tried again, and refused as it is taken.
    if (isTooMany) counts.retried += 1;
    const tryNumber = (run?.tryNumber ?? (await store.tries(id))) + (isTooMany ? 1 : 0);
    const success = outcome.kind === 'complete';
    counts[success ? 'complete' : 'failed'] += 1;
    const value = success
      ? task === undefined
        ? outcome.result
        : resultForPython(task, outcome.result)
      : failureOf(outcome, name);
    const startedAt = run?.startedAt;
    const result = { success, value, tryNumber, ...(startedAt === undefined ? {} : { startedAt }) };
    const fence = run?.fence ?? null;
    await store.finish({ queue, id, fence }, resultOf(job, { queue, id }, result));
  };

  const failureOf = (outcome: Extract<Outcome, { kind: 'fail' }>, name: string) =>
    outcome.error.name === 'RetryInError'
      ? arqFailures.triesExceeded(settings.maxTries)
      : exceptionOf(outcome.thrown, outcome.error.code, name);

  return {
    counts,
    [Symbol.dispose]: () => holding[Symbol.dispose](),
    hooks: {
      async attempt(attempt, next) {
        const { id, enqueuedAt, score } = arqForeign(attempt.foreign);
        const { tryNumber, fence } = await begin(attempt);
        rememberRun(attempt, { jobTry: tryNumber, enqueuedAt: new Date(enqueuedAt), score });
        holding.begin(attempt.jobId, { id, fence });
        counts.ongoing += 1;
        try {
          return await next();
        } finally {
          counts.ongoing -= 1;
          holding.end(attempt.jobId);
        }
      },
      async settling(attempt, outcome) {
        const until = Date.now() + PATIENCE_MS;
        for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 5_000)) {
          try {
            return await settle(attempt, outcome);
          } catch (error) {
            if (Date.now() > until) throw error;
            log.warn({ jobId: attempt.jobId, error }, 'end could not be written to ARQ');
            await sleep(waitMs);
          }
        }
      },
    },
  };
};
