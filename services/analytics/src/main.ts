import { connectDatabase, databaseHealth } from '@shared/database';
import { interopOfEnvironment } from '@shared/interop';
import { startWorker } from '@shared/queue';
import {
  createLogger,
  runService,
  shutdownSignal,
  startHealthServer,
  withRuntimeDefaults,
} from '@shared/service';
import { openPayloadStore } from '@shared/storage';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';

await runService(async () => {
  const config = loadConfig(withRuntimeDefaults(process.env));
  const { redisUrl, prefix, concurrency, batch, shutdownGraceMs } = config;
  const log = createLogger({ service: 'analytics', level: config.logLevel });

  await using database = connectDatabase(config.databaseUrl, { log });
  await using interop = interopOfEnvironment(process.env, { service: 'analytics', log });
  await using payloadStore = openPayloadStore(config.storageUrl);
  const handlers = createHandlers({ database, batch });
  await using worker = await startWorker({
    queues: ['analytics'],
    handlers: [...handlers, ...interop.handlers],
    hooks: interop.hooks,
    payloadStore,
    redisUrl,
    prefix,
    concurrency,
    log,
    shutdownGraceMs,
  });
  const tasks = handlers.map(({ task }) => task);
  await using _answering = await interop.serve({ worker, tasks });
  await using health = await startHealthServer({
    port: config.healthPort,
    live: { worker: worker.alive },
    ready: { worker: worker.health, database: databaseHealth(database) },
  });

  const { port: healthPort } = health;
  log.info({ queue: 'analytics', concurrency, batch, healthPort }, 'worker ready');
  log.info({ signal: await shutdownSignal() }, 'worker draining');
});
