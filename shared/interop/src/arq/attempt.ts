import { InvalidOptionError } from '@shared/errors';
import type { Attempt } from '@shared/queue';

/** What an ARQ function finds in its `ctx`. */
export type ArqRun = {
  /** Which try this is, from 1; tries in Python workers count too. */
  readonly jobTry: number;
  readonly enqueuedAt: Date;
  /** When it was due, in ms since the epoch. */
  readonly score: number;
};

const runs = new WeakMap<Attempt, ArqRun>();

export const rememberRun = (attempt: Attempt, run: ArqRun): void => {
  runs.set(attempt, run);
};

/**
 * What ARQ knows of the job that a handler runs.
 *
 * @throws {InvalidOptionError} for a job that came in another way.
 */
export const arq = (attempt: Attempt): ArqRun => {
  const run = runs.get(attempt);
  if (run !== undefined) return run;
  throw new InvalidOptionError(
    'attempt',
    `the job came in by ${attempt.origin}`,
    'Look at attempt.origin first.',
  );
};
