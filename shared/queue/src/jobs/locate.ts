import { catalogue } from '@shared/contracts';
import { queueOfId } from '../job-id.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';

/** All queues that were ever enqueued to or served, and those of the catalogue, by name. */
export const queueNames = async (redis: RedisConnection, keys: Keys): Promise<string[]> => {
  const known = await redis.smembers(keys.queues);
  return [...new Set([...catalogue.map(({ queue }) => queue), ...known])].sort();
};

/** The queues that hold a job of this id; ids of ours tell it themselves. */
export const queuesHolding = async (
  redis: RedisConnection,
  keys: Keys,
  id: string,
): Promise<string[]> => {
  const named = queueOfId(id);
  const candidates = named === undefined ? await queueNames(redis, keys) : [named];
  const pipeline = redis.pipeline();
  for (const queue of candidates) pipeline.exists(`${keys.base(queue)}${id}`);
  const answers = (await pipeline.exec()) ?? [];
  return candidates.filter((_, i) => answers[i]?.[1] === 1);
};
