import type { Interop } from '@shared/interop';
import { type Implementation, startWorker, type WorkerOptions } from '@shared/queue';
import type { HealthCheck } from '@shared/service';

/** What all workers of a service have in common. */
export type CommonOptions = Required<
  Pick<
    WorkerOptions,
    'redisUrl' | 'prefix' | 'payloadStore' | 'concurrency' | 'shutdownGraceMs' | 'log'
  >
> & { interop: Interop };

export type RunningWorkers = AsyncDisposable & {
  live?: Record<string, HealthCheck>;
  ready: Record<string, HealthCheck>;
};

/** One worker, which answers Python programs that ask for its tasks. */
export const startOne = async (
  queue: string,
  handlers: readonly Implementation[],
  { interop, ...options }: CommonOptions,
): Promise<RunningWorkers> => {
  const opened = new AsyncDisposableStack();
  const worker = opened.use(
    await startWorker({
      ...options,
      queues: [queue],
      handlers: [...handlers, ...interop.handlers],
      hooks: interop.hooks,
    }),
  );
  const tasks = handlers.map(({ task }) => task);
  opened.use(await interop.serve({ worker, tasks }));
  return {
    live: { worker: worker.alive },
    ready: { worker: worker.health },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
