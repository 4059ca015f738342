import type { JobStatus } from '@shared/contracts';
import { JobNotFoundError } from '@shared/errors';
import { scriptsOf } from '../engine/scripts.ts';
import { queuesHolding } from '../jobs/locate.ts';
import { keysOf } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { shownAddress } from '../redis/shown-address.ts';
import { whileAvailable } from '../redis/unavailable.ts';
import { glanceAt } from '../search/job-summary.ts';
import type { SearchAccess } from '../search/walk.ts';
import { type Facts, readFacts } from './facts.ts';
import { reasonsOfItsState } from './of-its-state.ts';
import { reasonsOfItsTime } from './of-its-time.ts';
import { reasonsOfItsTurn } from './of-its-turn.ts';
import { reasonsOfLimits } from './of-limits.ts';
import { reasonsOfOtherJobs } from './of-other-jobs.ts';
import { reasonsOfTheFleet } from './of-the-fleet.ts';
import { inOrder, type Reason } from './reason.ts';

export type Why = {
  jobId: string;
  task: string;
  queue: string;
  status: JobStatus;
  /** The most important one first; never empty. */
  reasons: Reason[];
};

/**
 * Tells why a job has not started, and what to do about it; of one that has, how it stands. What the
 * workers say of themselves is up to five seconds old.
 *
 * @throws {JobNotFoundError}
 * @throws {QueueUnavailableError} Redis does not answer.
 */
export const why = async (
  { redis, prefix = 'taskyard' }: { redis: RedisConnection; prefix?: string },
  jobId: string,
): Promise<Why> => {
  const access = { redis, keys: keysOf(prefix), scripts: scriptsOf(redis) };
  return whileAvailable(shownAddress(redis), () => explain(access, jobId));
};

const explain = async (access: SearchAccess, jobId: string): Promise<Why> => {
  const [queue] = await queuesHolding(access.redis, access.keys, jobId);
  const [placed] = queue === undefined ? [] : await glanceAt(access, [`${queue}:${jobId}`]);
  if (placed === undefined) throw new JobNotFoundError(jobId);
  const facts = await readFacts(access, placed);
  const { task, queue: name } = placed.job;
  return {
    jobId,
    task,
    queue: name,
    status: statusOf(facts),
    reasons: await reasonsOf(access, facts),
  };
};

const statusOf = ({ job, place, stored: { expiresAt }, now }: Facts): JobStatus => {
  const waits = place === 'waiting' || place === 'delayed';
  return waits && expiresAt !== undefined && expiresAt.getTime() <= now ? 'expired' : job.status;
};

const reasonsOf = async (access: SearchAccess, facts: Facts): Promise<Reason[]> => {
  const ofItsState = await reasonsOfItsState(access, facts);
  if (ofItsState !== undefined) return ofItsState;
  const found = await Promise.all([
    reasonsOfOtherJobs(access, facts),
    reasonsOfTheFleet(access, facts),
    reasonsOfLimits(access, facts),
    reasonsOfItsTurn(access, facts),
  ]);
  const reasons = [...reasonsOfItsTime(facts), ...found.flat()];
  const inTheWay = reasons.some(({ severity }) => severity !== 'info');
  return inOrder(inTheWay ? reasons : [...reasons, aboutToStart(facts)]);
};

const aboutToStart = ({ job, serving }: Facts): Reason => ({
  code: 'about_to_start',
  severity: 'info',
  message: 'Nothing is in its way: a worker with a free slot takes it next.',
  detail: { queue: job.queue, workers: serving.map(({ id }) => id) },
  fix: null,
});
