import type { Logger } from '@shared/service';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';

/** A worker that was not heard of for this many beats is not counted any more. */
const MISSED_BEATS = 3;

/** Lets the queues know that this worker serves them, until disposed. */
export const keepPresence = ({
  redis,
  keys,
  queues,
  id,
  intervalMs,
  log,
}: {
  redis: RedisConnection;
  keys: Keys;
  queues: readonly string[];
  id: string;
  intervalMs: number;
  log: Logger;
}): AsyncDisposable => {
  const beat = async () => {
    const now = Date.now();
    const pipeline = redis.pipeline().sadd(keys.queues, ...queues);
    for (const queue of queues) {
      const workers = `${keys.base(queue)}workers`;
      pipeline
        .zadd(workers, now + intervalMs * MISSED_BEATS, id)
        .zremrangebyscore(workers, '-inf', now);
    }
    await pipeline.exec();
  };
  const beatSafely = () => {
    beat().catch((error: unknown) => log.warn({ error }, 'heartbeat failed'));
  };
  beatSafely();
  const timer = setInterval(beatSafely, intervalMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      if (redis.status !== 'ready') return;
      const pipeline = redis.pipeline();
      for (const queue of queues) pipeline.zrem(`${keys.base(queue)}workers`, id);
      await pipeline.exec();
    },
  };
};
