import type { Redis } from 'ioredis';
import type { PythonLibrary } from './python-environment.ts';

/** One kind of worker that is compared with ours. */
export type PythonRival = {
  /** Part of the metrics' names. */
  name: string;
  library: PythonLibrary;
  /** The share of the bench's jobs that it drains in about as long as we drain all of them. */
  share: number;
  /** The library's own worker program and what it needs, for one queue. */
  worker(options: { queue: string; broker: string; idle?: boolean }): {
    args: readonly string[];
    settings?: Record<string, string>;
  };
  /** How many results there are; grows by one with each job that is done. */
  done(redis: Redis, queue: string, jobs: number): Promise<number>;
  /** What the platform promises against it: rates at least, times at most. */
  must: Partial<Record<'drain' | 'cpu' | 'sequential' | 'concurrent' | 'roundTrip', number>>;
};

/** Celery's results have a database of their own, so that they can be counted. */
export const CELERY_RESULTS_DB = 1;

/** ARQ looks for jobs this often: as it is while it drains, and when waiting is all that is measured. */
const ARQ_POLL_SECONDS = { drain: '0.5', idle: '0.001' };

const rq = (name: string, share: number, workerClass: string, must: PythonRival['must']) =>
  ({
    name,
    library: 'rq',
    share,
    worker: ({ queue, broker }) => ({
      args: ['rq.cli', 'worker', '--quiet', '--url', broker, '--worker-class', workerClass, queue],
    }),
    done: (redis, queue) => redis.zcard(`rq:finished:${queue}`),
    must,
  }) satisfies PythonRival;

export const PYTHON_RIVALS: readonly PythonRival[] = [
  {
    name: 'celery_prefork_2',
    library: 'celery',
    share: 1 / 6,
    worker: ({ queue }) => ({
      args: ['celery', '-A', 'bench_celery', 'worker', '-P', 'prefork', '-c', '2', '-Q', queue],
    }),
    done: (redis) => redis.dbsize(),
    must: { drain: 6, cpu: 1 / 6, sequential: 4, concurrent: 9, roundTrip: 0.75 },
  },
  rq('rq_fork', 1 / 100, 'rq.worker.Worker', { drain: 60 }),
  rq('rq_simple', 1 / 10, 'rq.worker.SimpleWorker', { drain: 12, cpu: 1 / 10 }),
  {
    name: 'arq_100',
    library: 'arq',
    share: 1 / 5,
    worker: ({ queue, idle = false }) => ({
      args: ['arq', 'bench_arq.WorkerSettings'],
      settings: {
        BENCH_QUEUE: queue,
        BENCH_MAX_JOBS: '100',
        BENCH_POLL_DELAY: ARQ_POLL_SECONDS[idle ? 'idle' : 'drain'],
      },
    }),
    // A job leaves its queue in the transaction that writes its result.
    done: async (redis, queue, jobs) => jobs - (await redis.zcard(queue)),
    must: { drain: 4, cpu: 1 / 3.5, sequential: 1.8, concurrent: 4 },
  },
];
