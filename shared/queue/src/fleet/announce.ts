import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';
import type { RunTimes } from './run-times.ts';
import { encodeWorkerInfo, type WorkerInfo } from './worker-info.ts';

/** A worker that was not heard of for this many beats is not counted any more. */
const MISSED_BEATS = 3;

/**
 * Workers' clocks may differ by minutes: what counts is whether a worker's own key is still there.
 * The list of ids is only tidied, of those that are long gone.
 */
const LONG_GONE_MS = 3_600_000;

type Place = { redis: RedisConnection; keys: Keys };

/** Says what a worker is and does, and what it learned, in one round trip. */
export const announce = async (
  { redis, keys }: Place,
  info: WorkerInfo,
  runTimes: RunTimes,
  intervalMs: number,
): Promise<void> => {
  const now = info.heartbeatAt.getTime();
  const key = keys.worker(info.id);
  const pipeline = redis
    .pipeline()
    .hset(key, ...encodeWorkerInfo(info))
    .pexpire(key, intervalMs * MISSED_BEATS)
    .zadd(keys.workers, now, info.id)
    .zremrangebyscore(keys.workers, '-inf', now - LONG_GONE_MS)
    .sadd(keys.queues, ...info.queues);
  const learned = runTimes.news();
  if (Object.keys(learned).length > 0) pipeline.hset(keys.runTimes, learned);
  for (const queue of info.queues) {
    const workers = `${keys.base(queue)}workers`;
    if (info.state === 'draining') pipeline.zrem(workers, info.id);
    else pipeline.zadd(workers, now + intervalMs * MISSED_BEATS, info.id);
    pipeline.zremrangebyscore(workers, '-inf', now);
  }
  await exec(pipeline);
};

/** Leaves the fleet at once, instead of fading from it. */
export const withdraw = async (
  { redis, keys }: Place,
  { id, queues }: Pick<WorkerInfo, 'id' | 'queues'>,
): Promise<void> => {
  const pipeline = redis.pipeline().del(keys.worker(id)).zrem(keys.workers, id);
  for (const queue of queues) pipeline.zrem(`${keys.base(queue)}workers`, id);
  await exec(pipeline);
};

/** Learns from the fleet how long the runs of these tasks take. */
export const learnRunTimes = async (
  { redis, keys }: Place,
  tasks: readonly string[],
  runTimes: RunTimes,
): Promise<void> => {
  const known = await redis.hmget(keys.runTimes, ...tasks);
  for (const [i, task] of tasks.entries()) {
    const encoded = known[i];
    if (typeof encoded === 'string') runTimes.learn(task, encoded);
  }
};
