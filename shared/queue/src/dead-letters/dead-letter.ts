import { InvalidOptionError } from '@shared/errors';
import type { JobFilter } from '../search/filter.ts';
import type { JobSummary } from '../search/job-summary.ts';

/**
 * A job that will not be retried any more. Its payload and the history of its errors are kept with it:
 * `jobById(id).record()` has them.
 */
export type DeadLetter = Pick<
  JobSummary,
  | 'jobId'
  | 'task'
  | 'queue'
  | 'attempts'
  | 'enqueuedAt'
  | 'group'
  | 'tags'
  | 'quarantined'
  | 'redriven'
> & {
  /** Of the error that ended it, as in `timeout`. */
  code: string;
  reason: string;
  failedAt: Date;
};

/**
 * Which dead letters; all that is given must fit. What was cancelled or expired is one only if asked
 * for by that code.
 */
export type DeadLetterFilter = Omit<JobFilter, 'id' | 'status'>;

/** The jobs to search for; a dead letter's time is when it failed. */
export const toJobFilter = (filter: DeadLetterFilter): JobFilter => {
  for (const name of ['id', 'status']) {
    if (name in filter) {
      throw new InvalidOptionError(name, 'dead letters have no such filter', 'Leave it out.');
    }
  }
  const { code } = filter;
  const status = code === 'cancelled' || code === 'expired' ? code : 'failed';
  return { ...filter, status };
};

export const deadLetterOf = ({
  jobId,
  task,
  queue,
  attempts,
  enqueuedAt,
  finishedAt,
  group,
  tags,
  error,
  quarantined,
  redriven,
}: JobSummary): DeadLetter => ({
  jobId,
  task,
  queue,
  code: error?.code ?? 'failed',
  reason: error?.message ?? 'no reason was recorded',
  failedAt: finishedAt ?? enqueuedAt,
  enqueuedAt,
  attempts,
  group,
  tags,
  quarantined,
  redriven,
});
