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
import { connectPushers } from './push/connect-pushers.ts';

await runService(async () => {
  const config = loadConfig(withRuntimeDefaults(process.env));
  const { redisUrl, prefix, concurrency, shutdownGraceMs } = config;
  const log = createLogger({ service: 'notifications', level: config.logLevel });

  await using database = connectDatabase(config.databaseUrl, { log });
  await using connected = connectPushers(config);
  const { pushers } = connected;
  await using interop = interopOfEnvironment(process.env, { service: 'notifications', log });
  await using payloadStore = openPayloadStore(config.storageUrl);
  const handlers = createHandlers({ database, prefix, pushers });
  await using worker = await startWorker({
    queues: ['notifications'],
    handlers: [...handlers, ...interop.handlers],
    hooks: interop.hooks,
    payloadStore,
    redisUrl,
    prefix,
    concurrency,
    shutdownGraceMs,
    log,
  });
  const tasks = handlers.map(({ task }) => task);
  await using _answering = await interop.serve({ worker, tasks });
  await using health = await startHealthServer({
    port: config.healthPort,
    ready: { worker: worker.health, database: databaseHealth(database) },
  });

  const push = pushers.map(({ provider }) => provider);
  log.info({ queue: 'notifications', concurrency, push, healthPort: health.port }, 'worker ready');
  log.info({ signal: await shutdownSignal() }, 'worker draining');
});
