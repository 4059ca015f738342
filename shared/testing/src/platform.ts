import type { JobRecord } from '@shared/contracts';
import {
  createProducer,
  type Producer,
  startWorker,
  type Worker,
  type WorkerOptions,
} from '@shared/queue';
import { testRedisUrl, uniquePrefix } from './servers.ts';

export type Platform = AsyncDisposable & {
  producer: Producer;
  enqueue: Producer['enqueue'];
  redisUrl: string;
  prefix: string;
  worker: Worker;
  /** Another worker on the same queues. */
  startWorker(options?: Partial<WorkerOptions>): Promise<Worker>;
  record(jobId: string): Promise<JobRecord>;
};

/** A producer and a worker in this process, on real Redis, under a prefix of their own. */
export const startPlatform = async (
  options: Omit<WorkerOptions, 'redisUrl' | 'prefix'>,
): Promise<Platform> => {
  const redisUrl = testRedisUrl();
  const prefix = uniquePrefix();
  const opened = new AsyncDisposableStack();
  const producer = opened.use(createProducer({ redisUrl, prefix }));
  const open = async (more: Partial<WorkerOptions> = {}) =>
    opened.use(
      await startWorker({ shutdownGraceMs: 2_000, ...options, redisUrl, prefix, ...more }),
    );
  const worker = await open();
  return {
    producer,
    enqueue: producer.enqueue,
    redisUrl,
    prefix,
    worker,
    startWorker: open,
    record: async (jobId) => (await producer.jobById(jobId)).record(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
