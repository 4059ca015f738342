import { connectRedis, type RedisConnection } from '@shared/queue';
import type { Logger } from '@shared/service';
import { setTimeout as sleep } from 'node:timers/promises';
import { rqKeys } from './keys.ts';

/** Seconds that Redis holds a question; connections that say nothing longer than that get cut on the way. */
const BLOCK_SECONDS = 30;

/** Where Redis cannot wait so (before 6.2), or after trouble with it. */
const POLL_MS = 250;

/** Knows when jobs come, without asking again and again and without taking them. */
export type Arrivals = Disposable & {
  /** Resolves when something came to a queue since the last time, or the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
};

/**
 * Waits on each queue by moving its tail to its tail: that wakes when something is pushed and leaves the
 * order as it is. One connection a queue, since Redis waits for one at a time.
 */
export const watchArrivals = ({
  redisUrl,
  queues,
  log,
}: {
  redisUrl: string;
  queues: readonly string[];
  log: Logger;
}): Arrivals => {
  const watches = queues.map((queue) => {
    const name = `taskyard:rq:wait`;
    return {
      key: rqKeys.queue(queue),
      redis: connectRedis({ url: redisUrl, role: 'worker', name, log }),
      pending: false,
    };
  });
  let came = false;
  let wake: (() => void) | undefined;
  let closed = false;

  const notice = () => {
    came = true;
    wake?.();
  };

  const watch = async (of: { key: string; redis: RedisConnection; pending: boolean }) => {
    of.pending = true;
    try {
      const moved = await of.redis.blmove(of.key, of.key, 'RIGHT', 'RIGHT', BLOCK_SECONDS);
      of.pending = false;
      if (moved !== null) notice();
      else if (wake !== undefined) void watch(of);
    } catch (error) {
      if (closed) return;
      log.debug({ error }, 'RQ queue cannot be waited for, and is looked into instead');
      await sleep(POLL_MS, undefined, { ref: false });
      of.pending = false;
      notice();
    }
  };

  return {
    async next(signal) {
      for (const of of watches) if (!of.pending) void watch(of);
      await new Promise<void>((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done);
          wake = undefined;
          came = false;
          resolve();
        };
        if (came || signal.aborted) return done();
        wake = done;
        signal.addEventListener('abort', done, { once: true });
      });
    },
    [Symbol.dispose]: () => {
      closed = true;
      for (const { redis } of watches) redis.disconnect();
    },
  };
};
