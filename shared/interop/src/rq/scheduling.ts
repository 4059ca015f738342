import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import type { RedisConnection } from '@shared/queue';
import { rqKeys } from './keys.ts';
import type { RqSettings } from './options.ts';
import type { RqStore } from './redis/store.ts';
import { rqTime } from './wire/times.ts';

/** RQ's scheduler looks as often. */
const LOOK_MS = 1_000;

const LOCK_SECONDS = 61;

/**
 * Queues what is due, of those queues whose lock nobody else has. Any of RQ's schedulers may do the same:
 * a job is moved in one step by whoever comes first. It has looked once when this resolves.
 */
export const keepSchedule = async ({
  redis,
  store,
  settings: { queues, log },
}: {
  redis: RedisConnection;
  store: RqStore;
  settings: RqSettings;
}): Promise<AsyncDisposable> => {
  // Clients up to 2.9 read the lock as a number, later ones as a scheduler's name.
  const lock = `${process.pid}${String(randomInt(1_000)).padStart(3, '0')}`;
  const key = rqKeys.scheduler(lock);
  const createdAt = rqTime(Date.now());
  let looking = false;

  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      await store.schedule(lock, LOCK_SECONDS, queues);
      await redis
        .multi()
        .hset(key, {
          name: lock,
          hostname: hostname(),
          pid: process.pid,
          queues: queues.join(','),
          created_at: createdAt,
          last_heartbeat: rqTime(Date.now()),
        })
        .expire(key, LOCK_SECONDS)
        .exec();
    } catch (error) {
      log.warn({ error }, 'due RQ jobs could not be queued');
    } finally {
      looking = false;
    }
  };

  const timer = setInterval(() => void look(), LOOK_MS);
  await look();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      const mine = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;
      for (const queue of queues) await redis.eval(mine, 1, rqKeys.schedulerLock(queue), lock);
      await redis.del(key);
    },
  };
};
