import { connectDatabase, openOutbox } from '@shared/database';
import { createProducer, openFleet, openHeldJobs, openSpooledJobs } from '@shared/queue';
import {
  collectDefaultMetrics,
  createLogger,
  Registry,
  runService,
  shutdownSignal,
  withRuntimeDefaults,
} from '@shared/service';
import { createApp } from './app.ts';
import { createBoardQueues } from './board/board-queues.ts';
import { loadConfig } from './config.ts';
import { listen } from './listen.ts';
import { withDevelopmentAdmin } from './users.ts';

await runService(async () => {
  const { databaseUrl, redisUrl, prefix, port, host, spoolDirectory, ...config } = loadConfig(
    withRuntimeDefaults(process.env),
  );
  const log = createLogger({ service: 'dashboard', level: config.logLevel });
  const users = await withDevelopmentAdmin(config.users, config.developmentPassword);
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });

  await using database = connectDatabase(databaseUrl, { log });
  await using producer = createProducer({ redisUrl, prefix, log });
  await using queues = createBoardQueues({ producer, prefix, log });
  await using fleet = openFleet({ redisUrl, prefix, log });
  const held = openHeldJobs({
    outbox: openOutbox(database),
    spool: spoolDirectory === undefined ? undefined : openSpooledJobs(spoolDirectory),
  });
  const app = createApp({
    ...config,
    database,
    producer,
    held,
    fleet,
    queues,
    users,
    prefix,
    metrics,
    log,
  });
  await using server = await listen(app, { port, host });

  log.info({ host, port: server.port }, 'dashboard listening');
  if (config.inventedPassword !== undefined) {
    process.stdout.write(
      `Sign in as "admin" with "${config.inventedPassword}"; set DASHBOARD_PASSWORD to choose your own.\n`,
    );
  }
  log.info({ signal: await shutdownSignal() }, 'dashboard closing');
});
