import { JobCancelledError } from '@shared/errors';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';
import type { RunningAttempt } from '../worker/attempt.ts';

/** What a worker does about jobs that are cancelled. */
export type Cancellations = {
  /** Stops the job if it runs here, and remembers it in case it is yet to come; returns whether it ran. */
  cancel(jobId: string, reason: string, graceMs?: number): boolean;
  /** Why a job was cancelled by a recent command. */
  early(jobId: string): string | undefined;
  /** Looks at the marks that cancelling leaves with the jobs, for commands that never came. */
  catchUp(): Promise<void>;
};

/** A command can overtake the job it is about: it is remembered this long. */
const REMEMBER_MS = 60_000;

/** How long a cancelled handler that ignores its signal is waited for. */
const CANCEL_GRACE_MS = 5_000;

export const createCancellations = ({
  running,
  redis,
  keys,
}: {
  running: ReadonlyMap<string, RunningAttempt>;
  redis: RedisConnection;
  keys: Keys;
}): Cancellations => {
  const recent = new Map<string, { reason: string; at: number }>();

  const forget = () => {
    const oldest = Date.now() - REMEMBER_MS;
    for (const [jobId, { at }] of recent) {
      if (at > oldest) return; // A Map keeps the order of insertion.
      recent.delete(jobId);
    }
  };

  const stop = (jobId: string, reason: string, graceMs = CANCEL_GRACE_MS): boolean => {
    const run = running.get(jobId);
    run?.stop({ kind: 'cancelled', error: new JobCancelledError(jobId, reason) }, graceMs);
    return run !== undefined;
  };

  return {
    cancel(jobId, reason, graceMs) {
      forget();
      const ran = stop(jobId, reason, graceMs);
      // One that ran has heard: a later job of the same id is another matter.
      if (!ran) recent.set(jobId, { reason, at: Date.now() });
      return ran;
    },
    early: (jobId) => recent.get(jobId)?.reason,
    async catchUp() {
      const attempts = [...running.values()].map(({ attempt }) => attempt);
      if (attempts.length === 0) return;
      const pipeline = redis.pipeline();
      for (const { queue, jobId } of attempts) {
        pipeline.hget(`${keys.base(queue)}${jobId}`, 'cancelled');
      }
      const marks = await exec(pipeline);
      for (const [i, { jobId }] of attempts.entries()) {
        const reason = marks[i];
        if (typeof reason === 'string') stop(jobId, reason);
      }
    },
  };
};
