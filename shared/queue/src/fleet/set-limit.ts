import type { LimitRule } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { Keys } from '../keys.ts';
import { setRule } from '../limits/rules.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';
import { readWorkers } from './read-workers.ts';

type Place = { redis: RedisConnection; keys: Keys };

/**
 * Sets the rule of a shared limit, or of a task's own, and lets the jobs go on that the old one held.
 *
 * @throws {InvalidOptionError} for a task without a limit of its own.
 */
export const setLimit = async (place: Place, name: string, rule: LimitRule): Promise<void> => {
  const { redis, keys } = place;
  const limit = await limitNamed(place, name);
  await setRule(redis, keys, limit, rule);
  // What waits for the limit is looked at when it is due, which by the old rule may be in hours.
  const queues = await redis.smembers(keys.queues);
  const pipeline = redis.pipeline().zadd(keys.limitsDue, Date.now(), limit);
  for (const queue of queues) pipeline.zadd(`${keys.base(queue)}marker`, 0, '0');
  await exec(pipeline);
};

const limitNamed = async (place: Place, name: string): Promise<string> => {
  const own = `task:${name}`;
  if ((await place.redis.exists(place.keys.limit(own))) === 1) return own;
  const workers = await readWorkers(place);
  if (!workers.some(({ tasks }) => tasks.includes(name))) return name;
  throw new InvalidOptionError(
    'name',
    `the task "${name}" has no limit of its own`,
    'Give it a concurrency or a rate in its contract, then set them at will.',
  );
};
