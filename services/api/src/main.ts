import { createHmac } from 'node:crypto';
import { connectDatabase, migrate, openOutbox } from '@shared/database';
import {
  createProducer,
  openDeadLetters,
  openHeldJobs,
  openSpooledJobs,
  startOutboxRelay,
} from '@shared/queue';
import { createLogger, runService, shutdownSignal, withRuntimeDefaults } from '@shared/service';
import { openStorage, payloadStoreOn } from '@shared/storage';
import { createApp } from './app.ts';
import { createBackground } from './background.ts';
import { loadConfig } from './config.ts';
import { listen } from './listen.ts';
import { openSimilarity } from './similarity/open-similarity.ts';
import { openLiveNotifications } from './live-notifications.ts';

await runService(async () => {
  const config = loadConfig(withRuntimeDefaults(process.env));
  const { databaseUrl, redisUrl, prefix, storageUrl, publicUrl, sessionSecret } = config;
  const { port, host, spoolDirectory, shutdownGraceMs: graceMs } = config;
  const log = createLogger({ service: 'api', level: config.logLevel });
  // A secret of its own, so that a signed address never helps to sign a session.
  const signingSecret = createHmac('sha256', sessionSecret).update('storage').digest('hex');

  await migrate(databaseUrl);
  await using database = connectDatabase(databaseUrl, { log });
  await using storage = await openStorage(storageUrl, { publicUrl, signingSecret });
  const payloadStore = payloadStoreOn(storage);
  await using producer = createProducer({
    redisUrl,
    prefix,
    payloadStore,
    log,
    ...(spoolDirectory !== undefined && { spoolDirectory }),
  });
  const outbox = openOutbox(database);
  await using relay = startOutboxRelay({ outbox, producer, log });
  const spool = spoolDirectory === undefined ? undefined : openSpooledJobs(spoolDirectory);
  const held = openHeldJobs({ outbox, spool });
  await using deadLetters = openDeadLetters({ redisUrl, prefix, log });
  await using similarity = openSimilarity({ ...config, log });
  await using background = createBackground();
  await using live = openLiveNotifications({ redisUrl, prefix, log });
  const stopping = new AbortController();
  const app = createApp({
    ...config,
    database,
    producer,
    relay,
    deadLetters,
    held,
    storage,
    similarity,
    background,
    live,
    signingSecret,
    log,
    stopping: stopping.signal,
  });
  // Limits count in this process alone until Redis is connected. Without Redis we serve all the same.
  await producer.ping().catch((error: unknown) => log.warn({ error }, 'started without redis'));
  await using server = await listen(app, { port, host, graceMs });

  log.info({ host, port: server.port }, 'api listening');
  log.info({ signal: await shutdownSignal() }, 'api draining');
  stopping.abort();
  // Leaving disposes in reverse: requests under way finish, then everything hangs up.
});
