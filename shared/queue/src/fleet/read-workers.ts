import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';
import { decodeWorkerInfo, type WorkerInfo } from './worker-info.ts';

/** The workers that are there now, by id. One that died without a word is gone after three beats. */
export const readWorkers = async ({
  redis,
  keys,
}: {
  redis: RedisConnection;
  keys: Keys;
}): Promise<WorkerInfo[]> => {
  const ids = await redis.zrange(keys.workers, '0', '-1');
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hgetall(keys.worker(id));
  const answers = await exec(pipeline);
  return answers
    .flatMap((fields) => decodeWorkerInfo(fields as Record<string, string>) ?? [])
    .sort((a, b) => (a.id < b.id ? -1 : 1));
};
