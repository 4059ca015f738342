import { InvalidOptionError } from '@shared/errors';
import { scriptsOf } from '../engine/scripts.ts';
import { queuesHolding } from '../jobs/locate.ts';
import { keysOf } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { shownAddress } from '../redis/shown-address.ts';
import { whileAvailable } from '../redis/unavailable.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { checkFilter, type JobFilter, matches } from './filter.ts';
import { glanceAt, type JobSummary } from './job-summary.ts';
import { planSections } from './plan.ts';
import { type SearchAccess, walk } from './walk.ts';

export type Page = {
  /** 1 to 1,000; 50 unless told. */
  limit?: number;
  /** That of the page before. */
  cursor?: string;
};

export type Found = {
  jobs: JobSummary[];
  /** For the next page; null at the end. A page may be short, or empty, and not be the last. */
  cursor: string | null;
};

/** A call looks at so many jobs at most: what is rare is found over several calls. */
const MAX_EXAMINED = 5_000;

/**
 * Finds jobs by what they are about. Jobs that have not ended come first, then those that have; by tag,
 * group, code or error text the newest come first. Redis does other work every 200 jobs, and
 * payloads are never read. Each index keeps its 100,000 newest jobs.
 *
 * @throws {InvalidOptionError}
 * @throws {QueueUnavailableError} Redis does not answer.
 */
export const searchJobs = async (
  { redis, prefix = 'taskyard' }: { redis: RedisConnection; prefix?: string },
  filter: JobFilter,
  page: Page = {},
): Promise<Found> => {
  const access = { redis, keys: keysOf(prefix), scripts: scriptsOf(redis) };
  return whileAvailable(shownAddress(redis), () => findJobs(access, filter, page));
};

export const findJobs = async (
  access: SearchAccess,
  filter: JobFilter,
  { limit = 50, cursor }: Page,
): Promise<Found> => {
  checkFilter(filter);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new InvalidOptionError('limit', `${limit} is out of range`, 'Give 1 to 1000.');
  }
  const from = cursor === undefined ? undefined : readCursor(cursor);
  if (filter.id !== undefined)
    return { jobs: await findById(access, filter.id, filter), cursor: null };

  const jobs: JobSummary[] = [];
  let examined = 0;
  for await (const encounters of walk(access, await planSections(access, filter), from)) {
    for (const { job, mark } of encounters) {
      if (job !== undefined && matches(filter, job)) jobs.push(job);
      if (jobs.length === limit) return { jobs, cursor: writeCursor(mark) };
    }
    examined += encounters.length;
    const last = encounters.at(-1);
    if (examined >= MAX_EXAMINED && last !== undefined) {
      return { jobs, cursor: writeCursor(last.mark) };
    }
  }
  return { jobs, cursor: null };
};

const findById = async (
  access: SearchAccess,
  id: string,
  filter: JobFilter,
): Promise<JobSummary[]> => {
  const queues = await queuesHolding(access.redis, access.keys, id);
  const placed = await glanceAt(
    access,
    queues.map((queue) => `${queue}:${id}`),
  );
  return placed.flatMap((found) => (found && matches(filter, found.job) ? [found.job] : []));
};
