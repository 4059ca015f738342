import { connectRedis } from '@shared/queue';
import type { Logger } from '@shared/service';
import { DuplicateRqJobError } from '../errors/duplicate-rq-job-error.ts';
import { createRqStore } from '../redis/store.ts';
import { rqKeys } from '../keys.ts';
import { jobHash } from './job-hash.ts';
import { type RqJobHandle, rqJob } from './rq-job.ts';
import { dueSeconds, idOf, type RqEnqueueOptions, secondsOf } from './options.ts';

export type RqClient = AsyncDisposable & {
  /**
   * Enqueues a call of a Python function, as in `rq.enqueue('app.tasks.add', [1, 2])`.
   *
   * @throws {UnencodableValueError} for arguments that Python has no counterpart for.
   * @throws {DuplicateRqJobError} with `unique`, if there is a job of that id.
   */
  enqueue(
    name: string,
    args?: readonly unknown[],
    options?: RqEnqueueOptions,
  ): Promise<RqJobHandle>;
  job(id: string): RqJobHandle;
};

const DEFAULT_QUEUE = 'default';

/** What enqueues jobs for Python's RQ workers, and reads what came of them. */
export const createRqClient = ({ redisUrl, log }: { redisUrl: string; log?: Logger }): RqClient => {
  const redis = connectRedis({ url: redisUrl, name: 'taskyard:rq-client', ...(log && { log }) });
  const store = createRqStore(redis, { queues: [], prefix: 'taskyard', form: 'auto' });

  return {
    async enqueue(name, args = [], options = {}) {
      const { queue = DEFAULT_QUEUE, dependsOn = [], expiresInMs } = options;
      const id = idOf(options);
      // A used id may have results already.
      const after = options.id === undefined ? undefined : await lastResult(id);
      const placed = await store.enqueue(
        { queue, id, fields: jobHash({ name, args, queue }, options) },
        {
          front: options.atFront ?? false,
          due: dueSeconds(options),
          ttl: expiresInMs === undefined ? undefined : secondsOf(expiresInMs),
          unique: options.unique ?? false,
          parents: dependsOn,
        },
      );
      if (placed === 'taken') throw new DuplicateRqJobError(id);
      return rqJob({ redis, id, after });
    },
    job: (id) => rqJob({ redis, id, after: undefined }),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };

  async function lastResult(id: string) {
    const [newest] = await redis.xrevrange(rqKeys.results(id), '+', '-', 'COUNT', 1);
    return newest?.[0];
  }
};
