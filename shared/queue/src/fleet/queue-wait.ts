import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';

/**
 * Tells how long the next job of each queue has been waiting, ms; the longest of them, 0 if none waits.
 *
 * A job's age says too much when it was delayed or retried, so it counts only for as long as the queue
 * has been seen not to be empty. Two round trips: meant for a worker all of whose slots are taken.
 */
export const createQueueWait = ({
  redis,
  keys,
  queues,
}: {
  redis: RedisConnection;
  keys: Keys;
  queues: readonly string[];
}): { read(): Promise<number>; forget(): void } => {
  const busySince = new Map<string, number>();

  /** The id of the job whose turn is next, for each queue; undefined where none waits or may start. */
  const heads = async (): Promise<(string | undefined)[]> => {
    const pipeline = redis.pipeline();
    for (const base of queues.map(keys.base)) {
      pipeline
        .hexists(`${base}meta`, 'paused')
        .lindex(`${base}wait`, -1)
        .zrange(`${base}prioritized`, '0', '0')
        .zrange(`${base}lanes`, '0', '0');
    }
    const answers = await exec(pipeline);
    return Promise.all(
      queues.map(async (queue, q) => {
        const [paused, waiting, prioritized, lanes] = answers.slice(q * 4, q * 4 + 4);
        if (paused === 1) return undefined;
        if (typeof waiting === 'string') return waiting;
        const [id] = prioritized as string[];
        const [lane] = lanes as string[];
        if (id !== undefined || lane === undefined) return id;
        return (await redis.zrange(`${keys.base(queue)}lane:${lane}`, '0', '0'))[0];
      }),
    );
  };

  return {
    async read() {
      const now = Date.now();
      const ids = await heads();
      const waits = queues.map(async (queue, q) => {
        const id = ids[q];
        if (id === undefined) {
          busySince.delete(queue);
          return 0;
        }
        if (!busySince.has(queue)) busySince.set(queue, now);
        const enqueuedAt = Number(await redis.hget(`${keys.base(queue)}${id}`, 'timestamp'));
        return Math.max(now - Math.max(enqueuedAt, busySince.get(queue) ?? now), 0);
      });
      return Math.max(...(await Promise.all(waits)));
    },
    forget: () => busySince.clear(),
  };
};
