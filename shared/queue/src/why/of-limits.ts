import type { SearchAccess } from '../search/walk.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** The limits of the job and of its queue that admit nothing now. */
export const reasonsOfLimits = async (access: SearchAccess, facts: Facts): Promise<Reason[]> => {
  if (facts.place !== 'waiting') return [];
  return [...(await ofTheJob(access, facts)), ...(await ofTheQueue(access, facts))];
};

/** As limits.lua returns it. */
type Told = [
  limit: string,
  room: number,
  due: string,
  running: number,
  concurrency: string,
  max: string,
  perMs: string,
  until: string,
];

const ofTheJob = async (
  { scripts, keys }: SearchAccess,
  { job, stored, now }: Facts,
): Promise<Reason[]> => {
  if (stored.lane === '') return [];
  const told = (await scripts.limits(1, keys.base(job.queue), now, stored.lane)) as Told[];
  return told.filter(([, room]) => room === 0).map(limitReached);
};

const limitReached = ([limit, , due, running, concurrency, max, perMs, until]: Told): Reason => {
  const again = dateOf(until === '' ? due : until);
  const what =
    until !== ''
      ? 'its provider asked to wait'
      : again === null
        ? `${running} of ${concurrency} run`
        : `${max} per ${perMs} ms have started`;
  const next = again === null ? 'when one of them ends' : `at ${again.toISOString()}`;
  return {
    code: 'limit_reached',
    severity: 'waiting',
    message: `The limit ${limit} is reached: ${what}; it admits more ${next}.`,
    detail: {
      limit,
      running,
      concurrency: numberOf(concurrency),
      rate: max === '' ? null : { max: Number(max), perMs: Number(perMs) },
      againAt: again,
    },
    fix: 'Wait, or raise the limit.',
  };
};

const ofTheQueue = async (
  { redis, keys }: SearchAccess,
  { job, now }: Facts,
): Promise<Reason[]> => {
  const base = keys.base(job.queue);
  const meta = await redis.hmget(`${base}meta`, 'concurrency', 'max', 'duration');
  const [concurrency, max, duration] = meta.map((value) => value ?? undefined);
  const reasons: Reason[] = [];
  const running = concurrency === undefined ? 0 : await redis.llen(`${base}active`);
  if (concurrency !== undefined && running >= Number(concurrency)) {
    reasons.push({
      code: 'queue_limit_reached',
      severity: 'waiting',
      message: `The queue ${job.queue} runs ${running} of at most ${concurrency} jobs; the next starts when one ends.`,
      detail: { queue: job.queue, running, concurrency: Number(concurrency) },
      fix: "Wait, or raise the queue's concurrency.",
    });
  }
  const started = max === undefined ? 0 : Number((await redis.get(`${base}limiter`)) ?? 0);
  if (max !== undefined && started >= Number(max)) {
    const againAt = new Date(now + Math.max(await redis.pttl(`${base}limiter`), 0));
    reasons.push({
      code: 'queue_limit_reached',
      severity: 'waiting',
      message: `The queue ${job.queue} has started its ${max} jobs per ${duration ?? '?'} ms; it starts more at ${againAt.toISOString()}.`,
      detail: { queue: job.queue, rate: { max: Number(max), perMs: Number(duration) }, againAt },
      fix: "Wait, or raise the queue's rate.",
    });
  }
  return reasons;
};

const dateOf = (ms: string): Date | null => (ms === '' ? null : new Date(Number(ms)));
const numberOf = (text: string): number | null => (text === '' ? null : Number(text));
