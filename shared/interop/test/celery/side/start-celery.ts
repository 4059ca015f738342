import { createCelerySide, type CelerySideOptions, openInterop } from '@shared/interop';
import {
  createProducer,
  type Implementation,
  startWorker,
  type WorkerOptions,
} from '@shared/queue';
import { silentLogger } from '@shared/service';
import { currentCelery, testRedisUrl, uniquePrefix } from '@shared/testing';
import { Redis } from 'ioredis';
import { type Console, openConsole } from './console.ts';

/** A database of the broker, another of the results, and what Python programs and ours do there. */
export type CeleryPlace = AsyncDisposable & {
  brokerUrl: string;
  backendUrl: string;
  redisUrl: string;
  prefix: string;
  broker: Redis;
  backend: Redis;
  python: Console;
  producer: ReturnType<typeof createProducer>;
  /** Another Python process, with settings of its own beside those of the place. */
  console(settings?: Record<string, unknown>): Console;
  /** A worker of ours in this process. */
  worker(
    handlers: readonly Implementation[],
    options?: Partial<CelerySideOptions>,
    worker?: Partial<WorkerOptions>,
  ): Promise<CeleryWorker>;
};

export type CeleryWorker = AsyncDisposable & { nodename: string };

/**
 * @param db a database that only this file uses: Celery has names that no prefix parts.
 * @param resultDb another, the next one unless told; it may be the same.
 */
export const openCelery = async ({
  db,
  resultDb = db + 1,
  settings = {},
}: {
  db: number;
  resultDb?: number;
  settings?: Record<string, unknown>;
}): Promise<CeleryPlace> => {
  const found = await currentCelery();
  if ('missing' in found) throw new Error(`${found.missing}. ${found.fix}`);
  const redisUrl = testRedisUrl();
  const at = (number: number) => new URL(`/${number}`, redisUrl).href;
  const brokerUrl = at(db);
  const backendUrl = at(resultDb);
  const prefix = uniquePrefix();
  const opened = new AsyncDisposableStack();
  const connect = (url: string) =>
    opened.adopt(new Redis(url), (redis) => {
      redis.disconnect();
    });
  const broker = connect(brokerUrl);
  const backend = connect(backendUrl);
  await Promise.all([broker.flushdb(), backend.flushdb()]);
  const console = (more: Record<string, unknown> = {}) =>
    opened.use(
      openConsole(found, {
        broker_url: brokerUrl,
        result_backend: backendUrl,
        ...settings,
        ...more,
      }),
    );
  const producer = opened.use(createProducer({ redisUrl, prefix }));
  const python = console();
  let workers = 0;

  const worker: CeleryPlace['worker'] = async (handlers, options = {}, more = {}) => {
    workers += 1;
    const log = options.log ?? silentLogger();
    const queues = options.queues ?? ['celery'];
    const place = { redisUrl, prefix: more.prefix ?? prefix };
    const { nodename = `ours${workers}@test` } = options;
    await using parts = new AsyncDisposableStack();
    const side = createCelerySide({
      brokerUrl,
      backendUrl,
      prefix: place.prefix,
      nodename,
      queues,
      log,
      ...options,
    });
    const interop = parts.use(openInterop({ sides: [side], log }));
    const running = parts.use(
      await startWorker({
        handlers: [...handlers, ...interop.handlers],
        queues: queues.length === 0 ? ['celery'] : queues,
        ...place,
        concurrency: 4,
        hooks: interop.hooks,
        shutdownGraceMs: 2_000,
        log,
        ...more,
      }),
    );
    const tasks = handlers.map(({ task }) => task);
    parts.use(await interop.serve({ worker: running, tasks }));
    const whole = parts.move();
    const handle = { nodename, [Symbol.asyncDispose]: () => whole.disposeAsync() };
    return opened.use(handle);
  };

  return {
    brokerUrl,
    backendUrl,
    redisUrl,
    prefix,
    broker,
    backend,
    python,
    producer,
    console,
    worker,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
