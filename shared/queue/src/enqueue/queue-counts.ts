import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';

/** How many jobs of a queue are in each status, and how many worker processes serve it. */
export type QueueCounts = {
  queued: number;
  scheduled: number;
  in_progress: number;
  waiting_children: number;
  complete: number;
  failed: number;
  workers: number;
};

/** What is counted of a queue, and how; several may stand for one status. */
const COUNTS = [
  { of: 'queued', by: 'llen', key: 'wait' },
  { of: 'queued', by: 'zcard', key: 'prioritized' },
  { of: 'queued', by: 'get', key: 'laned' },
  { of: 'queued', by: 'zcard', key: 'suspects' },
  { of: 'scheduled', by: 'zcard', key: 'delayed' },
  { of: 'in_progress', by: 'llen', key: 'active' },
  { of: 'waiting_children', by: 'zcard', key: 'waiting-children' },
  { of: 'complete', by: 'zcard', key: 'completed' },
  { of: 'failed', by: 'zcard', key: 'failed' },
] as const satisfies { of: keyof QueueCounts; by: string; key: string }[];

/** Counts by Redis' own lengths: cheap, whatever the queues hold. `scheduled` includes retries. */
export const countQueues = async (
  redis: RedisConnection,
  keys: Keys,
  queues: readonly string[],
): Promise<Record<string, QueueCounts>> => {
  const pipeline = redis.pipeline();
  for (const base of queues.map(keys.base)) {
    for (const { by, key } of COUNTS) pipeline[by](`${base}${key}`);
    pipeline.zcount(`${base}workers`, Date.now(), '+inf');
  }
  const answers = (await pipeline.exec()) ?? [];
  const numbers = answers.map(([, answer]) => Number(answer ?? 0));
  const perQueue = COUNTS.length + 1;
  return Object.fromEntries(
    queues.map((queue, q) => [queue, countsOf(numbers.slice(q * perQueue, (q + 1) * perQueue))]),
  );
};

const countsOf = (numbers: readonly number[]): QueueCounts => {
  const counts: QueueCounts = {
    queued: 0,
    scheduled: 0,
    in_progress: 0,
    waiting_children: 0,
    complete: 0,
    failed: 0,
    workers: numbers.at(-1) ?? 0,
  };
  for (const [i, { of }] of COUNTS.entries()) counts[of] += numbers[i] ?? 0;
  return counts;
};
