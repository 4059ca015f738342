import { InvalidOptionError } from '@shared/errors';
import type { Attempt } from '@shared/queue';

/** What `rq.get_current_job()` is to a Python function. */
export type RqRunView = {
  /** RQ's id. */
  readonly id: string;
  /** RQ's queue. */
  readonly queue: string;
  /** What RQ's clients call the worker that took it. */
  readonly worker: string;
  /** Which run of the job this is, from 1; those that Python workers made of its retries count too. */
  readonly try: number;
  readonly retriesLeft: number;
  /** In seconds; null for none. */
  readonly timeoutSeconds: number | null;
  /** `job.meta` as it is in Redis now. */
  meta(): Promise<Record<string, unknown>>;
  /** `job.save_meta()`: takes the place of what was there. */
  saveMeta(meta: Record<string, unknown>): Promise<void>;
};

const runs = new WeakMap<Attempt, RqRunView>();

export const rememberRun = (attempt: Attempt, run: RqRunView): void => {
  runs.set(attempt, run);
};

/**
 * What RQ knows of the job that a handler runs, and its `meta`.
 *
 * @throws {InvalidOptionError} for a job that came in another way, and in an isolated handler.
 */
export const rq = (attempt: Attempt): RqRunView => {
  const run = runs.get(attempt);
  if (run !== undefined) return run;
  throw new InvalidOptionError(
    'attempt',
    attempt.origin === 'rq' ? 'the handler is isolated' : `the job came in by ${attempt.origin}`,
    'Look at attempt.origin first, and do not isolate the handler.',
  );
};
