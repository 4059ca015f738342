import type { Interop } from '@shared/interop';
import { startWorker, type Worker, type WorkerOptions } from '@shared/queue';

/**
 * Runs the tasks that Python programs count on and no service has: they send others, or look for results.
 * Those that call a service's task in their own slot run in that service. Undefined where there are none.
 */
export const startOwnWorker = async (
  { handlers, hooks }: Interop,
  options: Pick<WorkerOptions, 'redisUrl' | 'prefix' | 'payloadStore' | 'log'>,
): Promise<Worker | undefined> =>
  handlers.length === 0 ? undefined : startWorker({ ...options, handlers, hooks });
