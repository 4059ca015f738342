import { JOB_STATUSES, type JobStatus } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { JobSummary } from './job-summary.ts';
import { indexedWordsOf, wordsOf } from './words.ts';

/** What jobs are asked for by; all that is given must fit. */
export type JobFilter = {
  id?: string;
  queue?: string;
  task?: string;
  status?: JobStatus | readonly JobStatus[];
  tag?: string;
  group?: string;
  /** The code of the error that ended the job, as in `timeout`. */
  code?: string;
  /** Each word must be, or begin, one of the first 24 words of the reason that the job failed for. */
  errorText?: string;
  /** When the job ended or, while it has not, was enqueued. */
  since?: Date;
  until?: Date;
  /** Whether it was taken out of service because its workers died while it ran. */
  quarantined?: boolean;
};

const NAMES = [
  'id',
  'queue',
  'task',
  'status',
  'tag',
  'group',
  'code',
  'errorText',
  'since',
  'until',
  'quarantined',
] as const satisfies (keyof JobFilter)[];

/** @throws {InvalidOptionError} naming what cannot be asked. */
export const checkFilter = (filter: JobFilter): void => {
  const unknown = Object.keys(filter).find((name) => !NAMES.some((known) => known === name));
  if (unknown !== undefined) {
    throw new InvalidOptionError(unknown, 'there is no such filter', `Use ${NAMES.join(', ')}.`);
  }
  for (const name of ['id', 'queue', 'task', 'tag', 'group', 'code', 'errorText'] as const) {
    if (filter[name] === '') throw new InvalidOptionError(name, 'it is empty', 'Leave it out.');
  }
  const { errorText, since, until } = filter;
  if (errorText !== undefined && wordsOf(errorText).length === 0) {
    throw new InvalidOptionError(
      'errorText',
      'it holds no word',
      'Give a word of 2 letters or more.',
    );
  }
  for (const [name, date] of [['since', since] as const, ['until', until] as const]) {
    if (date !== undefined && !(date instanceof Date && !Number.isNaN(date.getTime()))) {
      throw new InvalidOptionError(name, 'it is no valid Date', 'Give a Date.');
    }
  }
  const bad = statusesOf(filter)?.find((status) => !JOB_STATUSES.includes(status));
  if (bad !== undefined) {
    throw new InvalidOptionError('status', `"${bad}" is none`, `Use ${JOB_STATUSES.join(', ')}.`);
  }
};

export const statusesOf = ({ status }: JobFilter): readonly JobStatus[] | undefined =>
  typeof status === 'string' ? [status] : status;

/** Whether a job is one of those asked for. */
export const matches = (filter: JobFilter, job: JobSummary): boolean => {
  const { id, queue, task, tag, group, code, errorText, since, until, quarantined } = filter;
  const moment = job.finishedAt ?? job.enqueuedAt;
  return (
    (id === undefined || job.jobId === id) &&
    (queue === undefined || job.queue === queue) &&
    (task === undefined || job.task === task) &&
    (statusesOf(filter)?.includes(job.status) ?? true) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (group === undefined || job.group === group) &&
    (code === undefined || (isEndedBadly(job) && job.error?.code === code)) &&
    (errorText === undefined || (job.status === 'failed' && saysAll(errorText, job))) &&
    (since === undefined || moment >= since) &&
    (until === undefined || moment <= until) &&
    (quarantined === undefined || job.quarantined === quarantined)
  );
};

const isEndedBadly = ({ status }: JobSummary) =>
  status === 'failed' || status === 'cancelled' || status === 'expired';

const saysAll = (errorText: string, { error }: JobSummary): boolean => {
  const words = indexedWordsOf(error?.message ?? '');
  return wordsOf(errorText).every((asked) => words.some((word) => word.startsWith(asked)));
};
