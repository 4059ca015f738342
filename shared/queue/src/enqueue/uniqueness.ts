import type { Task } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { NewJob } from '../engine/add-batch.ts';
import type { EnqueueOptions } from './options.ts';

/** A key held until its job started or finished outlives any job; a holder that is gone frees it sooner. */
const LONGEST_HOLD_MS = 400 * 86_400_000;

/**
 * The job's uniqueness as add.lua takes it.
 *
 * @throws {InvalidOptionError}
 */
export const uniqueness = (
  task: Task,
  unique: EnqueueOptions['unique'],
): Pick<NewJob, 'unique'> => {
  if (unique === undefined) return {};
  const { key } = unique;
  if (typeof key !== 'string' || key === '' || key.length > 300) {
    throw refused(`${JSON.stringify(key)} is no key`, 'Give 1 to 300 characters.');
  }
  const scoped = `${task.name}:${key}`;
  if ('forMs' in unique) {
    if (!Number.isInteger(unique.forMs) || unique.forMs < 1) {
      throw refused(`forMs ${unique.forMs} is no time`, 'Give whole ms from 1.');
    }
    return { unique: { mode: 'for', ms: unique.forMs, key: scoped } };
  }
  if (unique.until !== 'started' && unique.until !== 'finished') {
    throw refused(`until "${String(unique.until)}" is no moment`, 'Use "started" or "finished".');
  }
  return { unique: { mode: unique.until, ms: LONGEST_HOLD_MS, key: scoped } };
};

const refused = (why: string, fix: string) => new InvalidOptionError('unique', why, fix);
