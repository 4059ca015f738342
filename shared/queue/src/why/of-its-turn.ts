import type { WorkerInfo } from '../fleet/worker-info.ts';
import type { SearchAccess } from '../search/walk.ts';
import type { Facts } from './facts.ts';
import { counted, type Reason } from './reason.ts';

/** Whose turn it is before this job's, and whether there is a slot to run it. */
export const reasonsOfItsTurn = async (access: SearchAccess, facts: Facts): Promise<Reason[]> => {
  if (facts.place !== 'waiting') return [];
  const alone = await runsAlone(access, facts);
  return [
    ...alone,
    ...workersBusy(facts),
    ...(await lowerPrecedence(access, facts)),
    ...(alone.length > 0 ? [] : await behindJobs(access, facts)),
    ...(await laneTurn(access, facts)),
  ];
};

const runsAlone = async ({ redis, keys }: SearchAccess, { job }: Facts): Promise<Reason[]> => {
  const since = await redis.zscore(`${keys.base(job.queue)}suspects`, job.jobId);
  if (since === null) return [];
  return [
    {
      code: 'runs_alone',
      severity: 'waiting',
      message: 'Its worker died while it ran: it waits for a worker that runs nothing else.',
      detail: { since: new Date(Number(since)), quarantined: job.quarantined },
      fix: 'Wait, or start another worker.',
    },
  ];
};

const listening = ({ serving }: Facts): WorkerInfo[] =>
  serving.filter(({ state }) => state === 'running');

const workersBusy = (facts: Facts): Reason[] => {
  const workers = listening(facts);
  const slots = workers.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const running = workers.reduce((sum, { runningCount }) => sum + runningCount, 0);
  if (workers.length === 0 || running < slots) return [];
  return [
    {
      code: 'workers_busy',
      severity: 'waiting',
      message: `All slots are taken: ${running} of ${slots}, on ${counted(workers.length, 'worker')}.`,
      detail: { running, slots, workers: workers.map(({ id }) => id) },
      fix: 'Wait, start more workers, or raise their concurrency.',
    },
  ];
};

const backlogs = async (
  { redis, keys }: SearchAccess,
  queues: readonly string[],
): Promise<Map<string, number>> => {
  const pipeline = redis.pipeline();
  for (const base of queues.map(keys.base)) {
    pipeline.llen(`${base}wait`).zcard(`${base}prioritized`).get(`${base}laned`);
  }
  const answers = (await pipeline.exec()) ?? [];
  const PARTS = 3;
  return new Map(
    queues.map((queue, i) => {
      const parts = answers.slice(i * PARTS, (i + 1) * PARTS);
      return [queue, parts.reduce((sum, [, count]) => sum + Number(count ?? 0), 0)] as const;
    }),
  );
};

/** Only if every worker serves something first that has jobs waiting. */
const lowerPrecedence = async (access: SearchAccess, facts: Facts): Promise<Reason[]> => {
  const { queue } = facts.job;
  const higher = listening(facts).map(({ queues }) => queues.slice(0, queues.indexOf(queue)));
  if (higher.length === 0 || higher.some((queues) => queues.length === 0)) return [];
  const waiting = await backlogs(access, [...new Set(higher.flat())]);
  const busy = (name: string) => (waiting.get(name) ?? 0) > 0;
  if (!higher.every((queues) => queues.some(busy))) return [];
  const before = [...waiting].filter(([name]) => busy(name));
  const named = before.map(([name, count]) => `${name} (${counted(count, 'job')})`);
  return [
    {
      code: 'lower_precedence',
      severity: 'waiting',
      message: `Its workers serve other queues first: ${named.join(', ')}.`,
      detail: { queues: Object.fromEntries(before) },
      fix: `Wait, or start a worker for this queue: taskyard worker -Q ${queue}.`,
    },
  ];
};

const RATE_WINDOW_MS = 60_000;

/** Jobs of the queue that ended within the last minute and whose records are still kept. */
const endedLately = async (
  { redis, keys }: SearchAccess,
  { job, now }: Facts,
): Promise<{ count: number; overMs: number }> => {
  const base = keys.base(job.queue);
  const from = now - RATE_WINDOW_MS;
  const [completed, failed, first] = await Promise.all([
    redis.zcount(`${base}completed`, from, '+inf'),
    redis.zcount(`${base}failed`, from, '+inf'),
    redis.zrangebyscore(`${base}completed`, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1),
  ]);
  // A queue that has just begun to move would seem slow if measured over the whole minute.
  const since = Number(first[1] ?? from);
  return { count: completed + failed, overMs: Math.max(now - since, 1_000) };
};

const behindJobs = async (access: SearchAccess, facts: Facts): Promise<Reason[]> => {
  const { job, stored, now } = facts;
  const ahead = await jobsAhead(access, facts);
  if (ahead === null || ahead === 0) return [];
  const { count, overMs } = await endedLately(access, facts);
  const perSecond = count === 0 ? null : count / (overMs / 1_000);
  const startsAt = perSecond === null ? null : new Date(now + (ahead / perSecond) * 1_000);
  const pace =
    perSecond === null || startsAt === null
      ? 'and none has ended in the last minute'
      : `and ${perSecond.toFixed(perSecond < 10 ? 1 : 0)} end a second: its turn comes at about ${startsAt.toISOString()}`;
  return [
    {
      code: 'behind_jobs',
      severity: 'waiting',
      message: `${counted(ahead, 'job')} of ${stored.lane === '' ? `the queue ${job.queue}` : 'its group'} ${ahead === 1 ? 'is' : 'are'} before it, ${pace}.`,
      detail: { ahead, perSecond, startsAt, priority: job.priority },
      fix: 'Wait, start more workers, or enqueue it with a higher priority.',
    },
  ];
};

/** How many wait in front of it at its own place; null if it has just been taken. */
const jobsAhead = async (
  { redis, keys }: SearchAccess,
  { job, stored }: Facts,
): Promise<number | null> => {
  const base = keys.base(job.queue);
  if (stored.lane !== '') return redis.zrank(`${base}lane:${stored.lane}`, job.jobId);
  const [first, rank] = await Promise.all([
    redis.llen(`${base}wait`),
    redis.zrank(`${base}prioritized`, job.jobId),
  ]);
  return rank === null ? null : first + rank;
};

/** Lanes are served in turn; one that is held back by a limit is not among them. */
const laneTurn = async (
  { redis, keys }: SearchAccess,
  { job, stored }: Facts,
): Promise<Reason[]> => {
  if (stored.lane === '') return [];
  const lanes = await redis.zrank(`${keys.base(job.queue)}lanes`, stored.lane);
  if (lanes === null || lanes === 0) return [];
  return [
    {
      code: 'lane_turn',
      severity: 'waiting',
      message: `Groups are served in turn, and ${counted(lanes, 'group')} come before that of the job.`,
      detail: { ahead: lanes, group: job.group },
      fix: null,
    },
  ];
};
