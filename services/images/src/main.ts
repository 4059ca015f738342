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
import { createIqdbClient } from '@shared/similarity';
import { openStorage, payloadStoreOn } from '@shared/storage';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';

await runService(async () => {
  const config = loadConfig(withRuntimeDefaults(process.env));
  const { redisUrl, prefix, concurrency, shutdownGraceMs } = config;
  const log = createLogger({ service: 'images', level: config.logLevel });

  await using database = connectDatabase(config.databaseUrl, { log });
  await using storage = await openStorage(config.storageUrl, config);
  const payloadStore = payloadStoreOn(storage);
  await using interop = interopOfEnvironment(process.env, { service: 'images', log });
  const handlers = createHandlers({
    database,
    storage,
    ...(config.iqdbUrl === undefined ? {} : { iqdb: createIqdbClient(config.iqdbUrl) }),
  });
  await using worker = await startWorker({
    queues: ['images'],
    handlers: [...handlers, ...interop.handlers],
    hooks: interop.hooks,
    redisUrl,
    prefix,
    payloadStore,
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

  log.info(
    { queue: 'images', concurrency, healthPort: health.port, iqdb: config.iqdbUrl !== undefined },
    'worker ready',
  );
  log.info({ signal: await shutdownSignal() }, 'worker draining');
});
