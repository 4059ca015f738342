import { readFileSync } from 'node:fs';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import type { TakenJob } from './settle-batch.ts';

const script = readFileSync(new URL('./unheard.lua', import.meta.url), 'utf8');

/**
 * The jobs that Redis says are held by tokens of this beginning, without their fields.
 *
 * @param queues in the order of the worker that holds them.
 */
export const findHeld = async (
  { redis, keys }: { redis: RedisConnection; keys: Keys },
  queues: readonly string[],
  tokens: string,
): Promise<TakenJob[]> => {
  const held = await Promise.all(
    queues.map((queue) => redis.eval(script, 1, keys.base(queue), tokens)),
  );
  // As unheard.lua says.
  return (held as [string, string, string, string, string][][]).flatMap((jobs, index) =>
    jobs.map(([id, token, lane, awaited, indexedUnder]): TakenJob => {
      const queue = queues[index] ?? '';
      const job = { index, queue, id, token, lane, awaited: awaited === '1', indexedUnder };
      return { ...job, fields: [], keepResultMs: 0 };
    }),
  );
};
