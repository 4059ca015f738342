import type { Interop } from '@shared/interop';
import { startWorker, type WorkerOptions } from '@shared/queue';
import type { HealthCheck } from '@shared/service';
import { createEncodingHandlers, createWaitingHandlers } from './handlers.ts';
import type { VideoServices } from './services.ts';

/** How many videos wait for their renditions at once: each costs a copy of its original. */
const VIDEOS_AT_ONCE = 8;

/** A video that waits loses nothing when it goes back to its queue: its renditions go on. */
const HAND_BACK_MS = 1_000;

export type VideoWorkers = AsyncDisposable & {
  live: Record<string, HealthCheck>;
  ready: Record<string, HealthCheck>;
};

/**
 * Two workers in one process. Videos wait for their renditions, so in one pool of slots they would keep
 * them from ever being made.
 *
 * @param options.concurrency how many encodes run at once.
 */
export const startWorkers = async (
  services: VideoServices,
  {
    interop,
    ...options
  }: Pick<
    WorkerOptions,
    'redisUrl' | 'prefix' | 'concurrency' | 'log' | 'shutdownGraceMs' | 'lockMs' | 'payloadStore'
  > & { interop?: Interop },
): Promise<VideoWorkers> => {
  const encoding = await startWorker({ ...options, handlers: createEncodingHandlers(services) });
  const handlers = createWaitingHandlers(services);
  const waiting = await startWorker({
    ...options,
    queues: [...new Set(handlers.map(({ task }) => task.queue))],
    handlers: [...handlers, ...(interop?.handlers ?? [])],
    hooks: interop?.hooks ?? [],
    concurrency: VIDEOS_AT_ONCE,
    shutdownGraceMs: Math.min(HAND_BACK_MS, options.shutdownGraceMs ?? HAND_BACK_MS),
  });
  // Python programs ask for videos; the renditions are our own affair.
  const answering = await interop?.serve({
    worker: waiting,
    tasks: handlers.map(({ task }) => task),
  });
  return {
    live: { videos: waiting.alive, renditions: encoding.alive },
    ready: { videos: waiting.health, renditions: encoding.health },
    async [Symbol.asyncDispose]() {
      await answering?.[Symbol.asyncDispose]();
      await Promise.all([waiting[Symbol.asyncDispose](), encoding[Symbol.asyncDispose]()]);
    },
  };
};
