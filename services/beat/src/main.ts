import { connectDatabase, openOutbox } from '@shared/database';
import { createProducer, startOutboxRelay, startWorker } from '@shared/queue';
import { interopOfEnvironment } from '@shared/interop';
import {
  createLogger,
  Registry,
  runService,
  shutdownSignal,
  startHealthServer,
  withRuntimeDefaults,
} from '@shared/service';
import { openPayloadStore } from '@shared/storage';
import { startBeat } from './beat.ts';
import { loadConfig } from './config.ts';
import { createTickMetrics, registerLeaderMetric } from './metrics.ts';
import { createSchedule } from './schedule.ts';
import { createCleanupExpiredSessions } from './tasks/cleanup-expired-sessions.ts';
import { createExampleTask } from './tasks/example-task.ts';
import { createKeepHouse } from './tasks/keep-house.ts';

await runService(async () => {
  const { redisUrl, databaseUrl, prefix, ...config } = loadConfig(withRuntimeDefaults(process.env));
  const schedule = createSchedule();
  const log = createLogger({ service: 'beat', level: config.logLevel });
  const metrics = new Registry();

  await using database = connectDatabase(databaseUrl, { log });
  await using payloadStore = openPayloadStore(config.storageUrl);
  await using interop = interopOfEnvironment(process.env, { service: 'beat', log });
  const handlers = [
    createCleanupExpiredSessions({ database }),
    createKeepHouse({ prefix, payloadStore }),
    createExampleTask(),
  ];
  await using worker = await startWorker({
    queues: ['maintenance'],
    handlers: [...handlers, ...interop.handlers],
    hooks: interop.hooks,
    redisUrl,
    prefix,
    payloadStore,
    concurrency: config.concurrency,
    shutdownGraceMs: config.shutdownGraceMs,
    log,
  });
  const tasks = handlers.map(({ task }) => task);
  await using _answering = await interop.serve({ worker, tasks });
  await using producer = createProducer({ redisUrl, prefix, payloadStore, log });
  // Beside the api's own: what it could not move before it ended.
  await using _relay = startOutboxRelay({ outbox: openOutbox(database), producer, log });
  await using beat = startBeat({
    schedule,
    prefix,
    producer,
    log,
    leaseMs: config.leaseMs,
    onTick: createTickMetrics(metrics),
  });
  registerLeaderMetric(metrics, beat);
  await using health = await startHealthServer({
    port: config.healthPort,
    ready: { worker: worker.health, beat: beat.health },
    metrics,
  });

  const { port: healthPort } = health;
  log.info({ healthPort, entries: schedule.map(({ name }) => name) }, 'beat ready');
  log.info({ signal: await shutdownSignal() }, 'beat draining');
});
