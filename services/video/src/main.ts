import { connectDatabase, databaseHealth } from '@shared/database';
import { createProducer } from '@shared/queue';
import { interopOfEnvironment } from '@shared/interop';
import {
  createLogger,
  runService,
  shutdownSignal,
  startHealthServer,
  withRuntimeDefaults,
} from '@shared/service';
import { openStorage, payloadStoreOn } from '@shared/storage';
import { loadConfig } from './config.ts';
import { findTools } from './ffmpeg/tools.ts';
import { createSourceCache } from './source/source-cache.ts';
import { startWorkers } from './start-workers.ts';
import { openWorkPlace } from './work/work-place.ts';

await runService(async () => {
  const config = loadConfig(withRuntimeDefaults(process.env));
  const { redisUrl, prefix, concurrency, threads, niceness, workDir, shutdownGraceMs } = config;
  const log = createLogger({ service: 'video', level: config.logLevel });
  const programs = await findTools({ ...config, path: process.env['PATH'] });
  const tools = { ...programs, threads, niceness };

  await using place = await openWorkPlace(workDir);
  await using database = connectDatabase(config.databaseUrl, { log });
  await using storage = await openStorage(config.storageUrl, config);
  await using producer = createProducer({ redisUrl, prefix, log });
  const sources = createSourceCache({ storage, place });
  await using interop = interopOfEnvironment(process.env, { service: 'video', log });
  const payloadStore = payloadStoreOn(storage);
  await using workers = await startWorkers(
    { ...config, database, storage, producer, sources, place, tools },
    { redisUrl, prefix, concurrency, log, shutdownGraceMs, payloadStore, interop },
  );
  await using health = await startHealthServer({
    port: config.healthPort,
    ready: {
      ...workers.health,
      storage: storage.health,
      database: databaseHealth(database),
    },
  });

  const queues = ['video_processing', 'video_renditions'];
  const ready = { queues, concurrency, ...tools, workDir, healthPort: health.port };
  log.info(ready, 'worker ready');
  log.info({ signal: await shutdownSignal() }, 'worker draining');
});
