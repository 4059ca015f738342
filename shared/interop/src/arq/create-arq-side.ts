import { connectRedis } from '@shared/queue';
import type { ProtocolSide } from '../host/side.ts';
import type { PythonTasks } from '../tasks/python-tasks.ts';
import { watchAborts } from './aborts.ts';
import { createFreshJobs } from './fresh.ts';
import { keepHealthy } from './health.ts';
import { type ArqSideOptions, resolveArqOptions } from './options.ts';
import { createRunning } from './running.ts';
import { createArqStore } from './store.ts';
import { takeRegularly } from './take-regularly.ts';

/**
 * Serves ARQ clients: takes jobs of their queues, runs them here, and writes the results they read.
 *
 * A job stays in ARQ's queue until it is over, under the lock that ARQ's own workers respect; ours lapses
 * within half a minute when its process dies, and then anybody takes the job. Nothing is acknowledged
 * before the result is written.
 *
 * @throws {InvalidOptionError}
 */
export const createArqSide = (options: ArqSideOptions): ProtocolSide => {
  const settings = resolveArqOptions(options);
  const { redisUrl, queues, log } = settings;
  const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard:arq', log });
  const store = createArqStore(redis, settings);
  let tasks: PythonTasks | undefined;
  const fresh = createFreshJobs();
  const running = createRunning({ store, settings, fresh, tasks: () => tasks });

  return {
    origin: 'arq',
    hooks: running.hooks,
    async serve(host) {
      ({ tasks } = host);
      await using opened = new AsyncDisposableStack();
      if (queues.length > 0) {
        opened.use(await keepHealthy({ redis, queues, counts: running.counts, log }));
        opened.use(watchAborts({ redis, producer: host.producer, log }));
        opened.use(takeRegularly({ store, settings, fresh, host }));
      }
      return opened.move();
    },
    // As ARQ's own workers count: a job is in its queue until it is over, whoever runs it.
    async left() {
      const lengths = await Promise.all(queues.map((queue) => redis.zcard(queue)));
      return lengths.reduce((sum, length) => sum + length, 0);
    },
    async [Symbol.asyncDispose]() {
      running[Symbol.dispose]();
      redis.disconnect();
    },
  };
};
