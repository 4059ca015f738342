import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import type { PayloadStore } from './payload-store.ts';

const BATCH = 100;

/** Deletes the stored values of jobs that have left; one that cannot be deleted now is tried again. */
export const removeOrphanedValues = async (
  redis: RedisConnection,
  keys: Keys,
  store: PayloadStore,
): Promise<number> => {
  const found = await redis.lpop(keys.orphans, BATCH);
  if (found === null) return 0;
  const outcomes = await Promise.allSettled(found.map((key) => store.delete(key)));
  const left = found.filter((_, i) => outcomes[i]?.status === 'rejected');
  if (left.length > 0) await redis.rpush(keys.orphans, ...left);
  return found.length - left.length;
};
