import { randomBytes } from 'node:crypto';
import { createArqSide, openInterop } from '@shared/interop';
import type { ArqSideOptions } from '@shared/interop/arq';
import { createProducer, type Implementation, type Producer, startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { testRedisUrl, uniquePrefix } from '@shared/testing';

/** ARQ's own database, apart from the engine's; programs that list all results read what all have written there. */
export const arqRedisUrl = (db = 40): string => `${testRedisUrl().replace(/\/\d*$/, '')}/${db}`;

export const uniqueQueue = (): string => `arq:test-${randomBytes(4).toString('hex')}`;

/** A worker in this process that serves ARQ clients, on real Redis. */
export const startArqWorker = async (
  handlers: readonly Implementation[],
  {
    queue,
    concurrency = 10,
    prefix = uniquePrefix(),
    ...options
  }: { queue: string; concurrency?: number; prefix?: string } & Partial<ArqSideOptions>,
): Promise<AsyncDisposable & { producer: Producer; prefix: string }> => {
  const log = silentLogger();
  const redisUrl = testRedisUrl();
  await using opened = new AsyncDisposableStack();
  const side = createArqSide({ redisUrl: arqRedisUrl(), queues: [queue], log, ...options });
  const interop = opened.use(openInterop({ sides: [side], log }));
  const producer = opened.use(createProducer({ redisUrl, prefix }));
  const worker = opened.use(
    await startWorker({
      handlers,
      redisUrl,
      prefix,
      concurrency,
      hooks: interop.hooks,
      shutdownGraceMs: 2_000,
    }),
  );
  const tasks = handlers.map(({ task }) => task);
  opened.use(await interop.serve({ worker, tasks }));
  const all = opened.move();
  return { producer, prefix, [Symbol.asyncDispose]: () => all.disposeAsync() };
};
