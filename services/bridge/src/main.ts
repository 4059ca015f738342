import { catalogue } from '@shared/contracts';
import { createFleetRoom, openInterop, pythonTasks } from '@shared/interop';
import { createProducer, openFleet, redisHealth } from '@shared/queue';
import { createLogger, runService, shutdownSignal, startHealthServer } from '@shared/service';
import { openPayloadStore } from '@shared/storage';
import { loadConfig } from './config.ts';
import { openSides } from './open-sides.ts';
import { startOwnWorker } from './start-own-worker.ts';

await runService(async () => {
  const config = loadConfig(process.env);
  const { redisUrl, prefix } = config;
  const log = createLogger({ service: 'bridge', level: config.logLevel });

  await using payloadStore = openPayloadStore(config.storageUrl);
  await using producer = createProducer({ redisUrl, prefix, payloadStore, log });
  await using fleet = openFleet({ redisUrl, prefix, log });
  const queues = [...new Set(catalogue.map(({ queue }) => queue))];
  using rooms = createFleetRoom({ fleet, producer, queues, log });
  const sides = openSides(process.env, log);
  await using interop = openInterop({ sides, log });
  await using worker = await startOwnWorker(interop, { redisUrl, prefix, payloadStore, log });
  await using serving = new AsyncDisposableStack();
  const tasks = pythonTasks([...catalogue, ...interop.handlers.map(({ task }) => task)]);
  for (const side of sides) {
    serving.use(
      await side.serve({ producer, tasks, worker: null, room: rooms.of(side.origin), log }),
    );
  }
  await using health = await startHealthServer({
    port: config.healthPort,
    ready: {
      redis: redisHealth(producer),
      ...(worker === undefined ? {} : { worker: worker.health }),
    },
  });

  log.info({ healthPort: health.port }, 'bridge ready');
  log.info({ signal: await shutdownSignal() }, 'bridge draining');
});
