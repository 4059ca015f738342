import type { TaskPolicy } from '@shared/contracts';
import { fieldOf } from '../engine/field-of.ts';
import type { TakenJob } from '../engine/worker-backend.ts';

type Stored = Pick<TakenJob, 'fields'>;

/** How often a job was redriven; its expiry holds no more once it was. */
export const redrives = ({ fields }: Stored): number => Number(fieldOf(fields, 'rdv') ?? 0);

/** What the last redrive set instead of the job's own policy. */
export const redrivenPolicy = ({ fields }: Stored): Partial<TaskPolicy> => {
  const attempts = fieldOf(fields, 'tries');
  return attempts === undefined ? {} : { attempts: Number(attempts) };
};

/** The first errors and the latest one are kept; a job retried for days must not grow for days. */
const KEPT_ERRORS = 25;

/** The field of an attempt's error: each round since a redrive has its own, as redrive.lua expects. */
export const errorField = (taken: Stored, attempt: number): string => {
  const round = redrives(taken);
  const nth = Math.min(attempt, KEPT_ERRORS);
  return round === 0 ? `err:${nth}` : `err:${round}.${nth}`;
};
