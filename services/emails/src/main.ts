import { connectDatabase, databaseHealth } from '@shared/database';
import { interopOfEnvironment } from '@shared/interop';
import { connectRedis, startWorker } from '@shared/queue';
import { createLogger, runService, shutdownSignal, startHealthServer } from '@shared/service';
import { openStorage, payloadStoreOn } from '@shared/storage';
import { loadConfig } from './config.ts';
import { connectMailer } from './connect-mailer.ts';
import { createHandlers } from './handlers.ts';

await runService(async () => {
  const config = loadConfig(process.env);
  const { redisUrl, prefix, concurrency, shutdownGraceMs, publicUrl } = config;
  const log = createLogger({ service: 'emails', level: config.logLevel });

  await using database = connectDatabase(config.databaseUrl, { log });
  await using storage = await openStorage(config.storageUrl, config);
  const payloadStore = payloadStoreOn(storage);
  const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard mail', log });
  await using connections = new AsyncDisposableStack();
  connections.defer(() => redis.disconnect());
  await using mailer = connectMailer(config, { redis, log });
  await using interop = interopOfEnvironment(process.env, { service: 'emails', log });
  const handlers = createHandlers({ mailer, database, storage, publicUrl });
  await using worker = await startWorker({
    queues: ['emails'],
    handlers: [...handlers, ...interop.handlers],
    hooks: interop.hooks,
    redisUrl,
    prefix,
    payloadStore,
    concurrency,
    shutdownGraceMs,
    log,
  });
  const tasks = handlers.map(({ task }) => task);
  await using _answering = await interop.serve({ worker, tasks });
  await using health = await startHealthServer({
    port: config.healthPort,
    ready: {
      worker: worker.health,
      database: databaseHealth(database),
    },
  });

  const { providers } = config;
  log.info({ queue: 'emails', concurrency, providers, healthPort: health.port }, 'worker ready');
  log.info({ signal: await shutdownSignal() }, 'worker draining');
});
