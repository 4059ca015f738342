import { hostname } from 'node:os';
import { InvalidOptionError } from '@shared/errors';
import type { RedisConnection } from '@shared/queue';
import { rqKeys } from './keys.ts';
import type { RqSettings } from './options.ts';
import { rqTime } from './wire/times.ts';

/** How `rq info` and rq-dashboard see this process: as one RQ worker. */
export type Presence = AsyncDisposable & {
  /** Shown until it is told otherwise. */
  suspended(is: boolean): void;
  /** A sign of life. */
  beat(): Promise<void>;
  /** It takes no more and finishes what runs. */
  leaving(): Promise<void>;
};

/** A name is free again so long after its process died. */
const LIVES_SECONDS = 90;

/** A worker that left is still shown for a while, as dead. */
const DEAD_SECONDS = 60;

/** The release that we answer like. */
const RQ_VERSION = '2.10.0';

/**
 * Registers the worker.
 *
 * @throws {InvalidOptionError} if another live worker has the name.
 */
export const appear = async (
  redis: RedisConnection,
  { name, queues }: RqSettings,
): Promise<Presence> => {
  const key = rqKeys.worker(name);
  let shown = false;
  await refuseTakenName(redis, name);

  const birth = async () => {
    const now = rqTime(Date.now());
    const born = redis
      .multi()
      .del(key)
      .hset(key, {
        birth: now,
        last_heartbeat: now,
        queues: queues.join(','),
        pid: process.pid,
        hostname: hostname(),
        ip_address: 'localAddress' in redis ? String(redis.localAddress) : hostname(),
        version: RQ_VERSION,
        python_version: `Taskyard on Node.js ${process.version}`,
        state: 'idle',
        successful_job_count: 0,
        failed_job_count: 0,
        total_working_time: 0,
      })
      .sadd(rqKeys.workers, key);
    for (const queue of queues) born.sadd(rqKeys.workersOf(queue), key);
    await born.expire(key, LIVES_SECONDS).exec();
  };
  await birth();

  return {
    suspended(is) {
      if (is === shown) return;
      shown = is;
      void redis.hset(key, 'state', is ? 'suspended' : 'idle').catch(() => undefined);
    },
    async beat() {
      // A Redis that was emptied, or a long pause of this process: it comes back as it was.
      if ((await redis.expire(key, LIVES_SECONDS)) === 0) return birth();
      await redis.hset(key, 'last_heartbeat', rqTime(Date.now()));
      await redis.sadd(rqKeys.workers, key);
    },
    async leaving() {
      await redis.hset(key, 'shutdown_requested_date', rqTime(Date.now()));
    },
    async [Symbol.asyncDispose]() {
      const death = redis.multi().srem(rqKeys.workers, key);
      for (const queue of queues) death.srem(rqKeys.workersOf(queue), key);
      await death
        .hset(key, 'death', rqTime(Date.now()))
        .hdel(key, 'current_job')
        .expire(key, DEAD_SECONDS)
        .exec();
    },
  };
};

/** One that died on this machine without a word does not keep its name from its successor. */
const refuseTakenName = async (redis: RedisConnection, name: string): Promise<void> => {
  const [pid, host, death] = await redis.hmget(rqKeys.worker(name), 'pid', 'hostname', 'death');
  if (typeof pid !== 'string' || typeof death === 'string') return;
  if (host === hostname() && !lives(Number(pid))) return;
  throw new InvalidOptionError(
    'name',
    `an RQ worker named "${name}" is at work already`,
    `Choose another name, or wait ${LIVES_SECONDS} seconds if that one is dead.`,
  );
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
