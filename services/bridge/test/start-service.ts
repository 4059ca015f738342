import { exampleTask } from '@shared/contracts';
import { interopOfEnvironment } from '@shared/interop';
import { implement, startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';

/** A service's worker: it takes nothing from Python programs itself, and answers what the bridge brought in. */
export const startService = async (env: {
  REDIS_URL: string;
  QUEUE_PREFIX: string;
  CELERY_BROKER_URL?: string;
}): Promise<AsyncDisposable> => {
  const log = silentLogger();
  const place = { redisUrl: env.REDIS_URL, prefix: env.QUEUE_PREFIX };
  await using opened = new AsyncDisposableStack();
  const interop = opened.use(interopOfEnvironment(env, { service: 'test', log }));
  const handlers = [implement(exampleTask, ({ message }) => `Processed: ${message}`)];
  const worker = opened.use(
    await startWorker({
      ...place,
      queues: [exampleTask.queue],
      handlers: [...handlers, ...interop.handlers],
      hooks: interop.hooks,
      log,
    }),
  );
  opened.use(await interop.serve({ worker, tasks: [exampleTask] }));
  return opened.move();
};
