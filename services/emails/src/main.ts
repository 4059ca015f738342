import { connectDatabase } from '@shared/database';
import { startWorker } from '@shared/queue';
import { createLogger, runService, shutdownSignal, startHealthServer } from '@shared/service';
import { openStorage, payloadStoreOn } from '@shared/storage';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';
import { connectSmtpMailer } from './smtp-mailer.ts';

await runService(async () => {
  const config = loadConfig(process.env);
  const { redisUrl, prefix, concurrency, shutdownGraceMs, publicUrl } = config;
  const log = createLogger({ service: 'emails', level: config.logLevel });

  await using database = connectDatabase(config.databaseUrl, { log });
  await using storage = await openStorage(config.storageUrl, config);
  await using mailer = connectSmtpMailer(config);
  await using worker = await startWorker({
    queues: ['emails'],
    handlers: createHandlers({ mailer, database, storage, publicUrl }),
    redisUrl,
    prefix,
    payloadStore: payloadStoreOn(storage),
    concurrency,
    shutdownGraceMs,
    log,
  });
  await using health = await startHealthServer({
    port: config.healthPort,
    ready: {
      worker: worker.health,
      database: async () => {
        await database.$client.query('select 1');
        return { ok: true };
      },
    },
  });

  log.info({ queue: 'emails', concurrency, healthPort: health.port }, 'worker ready');
  log.info({ signal: await shutdownSignal() }, 'worker draining');
});
