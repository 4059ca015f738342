import { InvalidOptionError } from '@shared/errors';

/**
 * How often a worker may die with a job before the job is quarantined, and how often with several jobs
 * of one task, each alone in its worker, before the task is.
 */
export type CrashBudget = {
  /** The last one of these is too many. */
  crashes: number;
  /** Only crashes within this time count together. */
  windowMs: number;
};

/** Two unclean deploys a week apart are no crash loop. */
const DEFAULT: CrashBudget = { crashes: 5, windowMs: 3_600_000 };

/** @throws {InvalidOptionError} */
export const resolveCrashBudget = (wanted: Partial<CrashBudget> = {}): CrashBudget => {
  const { crashes, windowMs } = { ...DEFAULT, ...wanted };
  if (!(Number.isInteger(crashes) && crashes >= 1)) {
    throw new InvalidOptionError(
      'crashBudget.crashes',
      `${crashes} is no count`,
      'Give 1 or more.',
    );
  }
  if (!(Number.isInteger(windowMs) && windowMs >= 1_000)) {
    const why = `${windowMs} ms is too short`;
    throw new InvalidOptionError('crashBudget.windowMs', why, 'Give 1000 ms or more.');
  }
  return { crashes, windowMs };
};
