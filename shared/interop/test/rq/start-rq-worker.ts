import { randomBytes } from 'node:crypto';
import { createRqSide, openInterop } from '@shared/interop';
import type { RqSideOptions } from '@shared/interop/rq';
import { createProducer, type Implementation, type Producer, startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { testRedisUrl, uniquePrefix } from '@shared/testing';

/** Above those of the other protocols, whose tests empty theirs. */
const OWN_DATABASES = 20;

/** A database of RQ's own, apart from the engine's; one a test file, for RQ's keys know no prefix. */
export const rqRedisUrl = (database: number): string =>
  `${testRedisUrl().replace(/\/\d*$/, '')}/${OWN_DATABASES + database}`;

export const uniqueQueue = (): string => `test-${randomBytes(4).toString('hex')}`;

export type RqWorker = AsyncDisposable & { producer: Producer; prefix: string; name: string };

/** A worker in this process that serves RQ clients, on real Redis. */
export const startRqWorker = async (
  handlers: readonly Implementation[],
  {
    queues,
    redisUrl: rqUrl,
    concurrency = 10,
    prefix = uniquePrefix(),
    name = `ours-${randomBytes(3).toString('hex')}`,
    ...options
  }: { concurrency?: number; queues: readonly string[]; redisUrl: string } & Partial<RqSideOptions>,
): Promise<RqWorker> => {
  const log = silentLogger();
  const redisUrl = testRedisUrl();
  await using opened = new AsyncDisposableStack();
  const side = createRqSide({ redisUrl: rqUrl, queues, name, prefix, log, ...options });
  const interop = opened.use(openInterop({ sides: [side], log }));
  const producer = opened.use(createProducer({ redisUrl, prefix }));
  const worker = opened.use(
    await startWorker({
      handlers,
      queues,
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
  return { producer, prefix, name, [Symbol.asyncDispose]: () => all.disposeAsync() };
};
