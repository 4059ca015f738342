import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess } from '@shared/embedded';
import { Redis } from 'ioredis';
import { PeerFailedError } from '../peers/peer-failed-error.ts';
import type { RedisMeter } from '../redis-meter.ts';
import { treeCpuMicros } from './process-tree.ts';
import { CELERY_RESULTS_DB, type PythonRival } from './python-rivals.ts';
import { startPythonWorker } from './start-python.ts';

const LOOK_EVERY_MS = 5;
const PATIENCE_MS = 60_000;

/** As in our own drains, a worker's start and its first jobs are left out. */
const LEFT_OUT = 0.05;

/** Where a rival's programs find Redis. */
export const placeOf = ({ library }: Pick<PythonRival, 'library'>, redisUrl: string) =>
  library === 'celery'
    ? { broker: redisUrl, backend: new URL(`/${CELERY_RESULTS_DB}`, redisUrl).href }
    : { broker: redisUrl };

/** Lets a rival's own worker empty a queue. @throws {PeerFailedError} it did not get done. */
export const drainWithPython = async (
  bench: { redisUrl: string; meter: RedisMeter },
  rival: PythonRival,
  order: { queue: string; jobs: number },
): Promise<Drained> => {
  const wanted = rival.worker({ queue: order.queue, broker: bench.redisUrl });
  const start = () => startPythonWorker(rival.library, placeOf(rival, bench.redisUrl), wanted);
  return drainBy(start, bench, rival, order);
};

/** `micros`: of processor, Redis' and the worker's, for each job; undefined where nobody tells. */
export type Drained = { jobsPerSecond: number; micros: number | undefined };

/**
 * Lets a worker empty a queue of a rival's and tells how fast and at what cost, from the results that
 * appear in Redis, whoever writes them.
 *
 * @throws {PeerFailedError} it did not get done.
 */
export const drainBy = async (
  start: () => Promise<GuardedProcess>,
  { redisUrl, meter }: { redisUrl: string; meter: RedisMeter },
  rival: PythonRival,
  { queue, jobs }: { queue: string; jobs: number },
): Promise<Drained> => {
  const place = placeOf(rival, redisUrl);
  const redis = new Redis(place.backend ?? place.broker);
  try {
    const before = await rival.done(redis, queue, jobs);
    const done = async () => (await rival.done(redis, queue, jobs)) - before;
    const worker = await start();
    const costs = async () => ({
      at: performance.now(),
      redis: (await meter.use()).cpuMicros,
      worker: await treeCpuMicros(worker.pid),
    });
    const until = async (count: number) => {
      const deadline = performance.now() + PATIENCE_MS;
      for (;;) {
        const now = await done();
        if (now >= count) return now;
        if (performance.now() > deadline) {
          const said = worker.lastLines().slice(-5).join(' | ');
          throw new PeerFailedError(rival.name, `${now} of ${jobs} jobs were done: ${said}`);
        }
        await sleep(LOOK_EVERY_MS);
      }
    };
    try {
      const first = await until(Math.max(Math.floor(jobs * LEFT_OUT), 1));
      const began = await costs();
      await until(jobs);
      const ended = await costs();
      const counted = jobs - first;
      const workerMicros =
        began.worker === undefined || ended.worker === undefined
          ? undefined
          : ended.worker - began.worker;
      return {
        jobsPerSecond: (counted / (ended.at - began.at)) * 1_000,
        micros:
          workerMicros === undefined
            ? undefined
            : (workerMicros + ended.redis - began.redis) / counted,
      };
    } finally {
      await worker.stop({ signal: 'SIGKILL' });
    }
  } finally {
    redis.disconnect();
  }
};
