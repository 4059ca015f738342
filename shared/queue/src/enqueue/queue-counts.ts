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

/** Counts by Redis' own lengths: cheap, whatever the queues hold. `scheduled` includes retries. */
export const countQueues = async (
  redis: RedisConnection,
  keys: Keys,
  queues: readonly string[],
): Promise<Record<string, QueueCounts>> => {
  const pipeline = redis.pipeline();
  for (const base of queues.map(keys.base)) {
    pipeline
      .llen(`${base}wait`)
      .zcard(`${base}prioritized`)
      .zcard(`${base}delayed`)
      .llen(`${base}active`)
      .zcard(`${base}waiting-children`)
      .zcard(`${base}completed`)
      .zcard(`${base}failed`)
      .zcount(`${base}workers`, Date.now(), '+inf');
  }
  const answers = (await pipeline.exec()) ?? [];
  const COUNTED = 8;
  return Object.fromEntries(
    queues.map((queue, q) => {
      const [wait, prioritized, delayed, active, children, completed, failed, workers] = Array.from(
        { length: COUNTED },
        (_, i) => Number(answers[q * COUNTED + i]?.[1] ?? 0),
      ) as [number, number, number, number, number, number, number, number];
      return [
        queue,
        {
          queued: wait + prioritized,
          scheduled: delayed,
          in_progress: active,
          waiting_children: children,
          complete: completed,
          failed,
          workers,
        },
      ];
    }),
  );
};
