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
import { openStorage, payloadStoreOn } from '@shared/storage';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';
import { startTypesetter } from './typeset/start-typesetter.ts';

await runService(async () => {
  const config = loadConfig(withRuntimeDefaults(process.env));
  const { redisUrl, prefix, concurrency, shutdownGraceMs, publicUrl } = config;
  const log = createLogger({ service: 'documents', level: config.logLevel });

  await using database = connectDatabase(config.databaseUrl, { log });
  await using storage = await openStorage(config.storageUrl, config);
  const payloadStore = payloadStoreOn(storage);
  await using typesetter = startTypesetter();
  await using interop = interopOfEnvironment(process.env, { service: 'documents', log });
  const handlers = createHandlers({ database, storage, typesetter, publicUrl });
  await using worker = await startWorker({
    queues: ['documents'],
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
    ready: {
      worker: worker.health,
      storage: storage.health,
      database: databaseHealth(database),
    },
  });

  log.info({ queue: 'documents', concurrency, healthPort: health.port }, 'worker ready');
  log.info({ signal: await shutdownSignal() }, 'worker draining');
});
