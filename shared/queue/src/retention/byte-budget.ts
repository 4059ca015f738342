import type { Scripts } from '../engine/scripts.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';

const SAMPLE = 40;
const EVICTED_A_SCRIPT = 200;

/**
 * Keeps a queue's finished jobs within a number of bytes: beyond it the oldest complete ones leave
 * first, failed ones only if that is not enough. Bytes are estimated from a sample, so that no job
 * pays for being counted.
 *
 * @returns how many jobs were removed.
 */
export const keepByteBudget = async (
  { redis, scripts, keys }: { redis: RedisConnection; scripts: Scripts; keys: Keys },
  queue: string,
  maxBytes: number,
): Promise<number> => {
  const base = keys.base(queue);
  const sets = await Promise.all(['completed', 'failed'].map((name) => measure(redis, base, name)));
  let excess = sets.reduce((bytes, { count, average }) => bytes + count * average, 0) - maxBytes;
  let removed = 0;
  for (const { name, count, average } of sets) {
    if (excess <= 0 || count === 0) continue;
    const surplus = Math.min(count, Math.ceil(excess / average));
    removed += await evict(scripts, base, name, surplus);
    excess -= surplus * average;
  }
  return removed;
};

/** How many finished jobs there are, and how large one is on average. */
const measure = async (redis: RedisConnection, base: string, name: string) => {
  const count = await redis.zcard(`${base}${name}`);
  if (count === 0) return { name, count, average: 0 };
  const ids = await redis.zrandmember(`${base}${name}`, SAMPLE);
  const sizes = await Promise.all(
    [ids]
      .flat()
      .map(async (id) => (await redis.memory('USAGE', `${base}${id}`, 'SAMPLES', 0)) ?? 0),
  );
  const total = sizes.reduce((bytes, size) => bytes + size, 0);
  return { name, count, average: Math.max(total / Math.max(sizes.length, 1), 1) };
};

const evict = async (scripts: Scripts, base: string, name: string, count: number) => {
  let removed = 0;
  while (removed < count) {
    const wanted = Math.min(count - removed, EVICTED_A_SCRIPT);
    const gone = Number(await scripts.evict(1, base, name, wanted));
    if (gone === 0) break;
    removed += gone;
  }
  return removed;
};
