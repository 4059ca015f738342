import { checkPolicy, type Priority, priorityNumber } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { SearchAccess } from '../search/walk.ts';
import { actOn, type BulkOutcome } from './act.ts';
import type { Selection } from './select.ts';

export type RedriveOptions = {
  /** Changes nothing and answers what would be redriven. */
  dryRun?: boolean;
  /** The jobs' own unless told. */
  priority?: Priority;
  /** Tries in total from now on; the jobs' own number unless told. */
  attempts?: number;
  /** Spreads the jobs evenly over this time instead of starting all at once. */
  spreadMs?: number;
};

const MAX_SPREAD_MS = 30 * 86_400_000;

/** @throws {InvalidOptionError} */
export const redrive = async (
  access: SearchAccess,
  selection: Selection,
  { dryRun = false, priority, attempts, spreadMs = 0 }: RedriveOptions,
): Promise<BulkOutcome> => {
  const enginePriority = priority === undefined ? '' : priorityNumber(priority) + 1;
  if (attempts !== undefined) checkPolicy({ attempts });
  if (!Number.isInteger(spreadMs) || spreadMs < 0 || spreadMs > MAX_SPREAD_MS) {
    throw new InvalidOptionError(
      'spreadMs',
      `${spreadMs} is out of range`,
      'Give 0 ms to 30 days.',
    );
  }
  const start = Date.now();
  return actOn(access, selection, dryRun, async (bases, jobs, total) => {
    const answers = await access.scripts.redrive(
      bases.length,
      ...bases,
      Date.now(),
      dryRun ? 1 : 0,
      enginePriority,
      attempts ?? '',
      ...jobs.flatMap(({ index, jobId, nth }) => {
        const wait = Math.floor((nth * spreadMs) / total);
        return [index, jobId, wait === 0 ? 0 : start + wait];
      }),
    );
    return answers as string[]; // What redrive.lua returns.
  });
};
