import { type ConnectedDatabase, connectDatabase, databaseHealth } from '@shared/database';
import { interopOfEnvironment } from '@shared/interop';
import type { Implementation } from '@shared/queue';
import {
  createLogger,
  type HealthCheck,
  type Logger,
  runService,
  shutdownSignal,
  startHealthServer,
  type storageConfigOf,
  type WorkerConfig,
  withRuntimeDefaults,
} from '@shared/service';
import { openPayloadStore, openStorage, payloadStoreOn, type Storage } from '@shared/storage';
import { type CommonOptions, type RunningWorkers, startOne } from './start-one.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a service's own parts are made of. */
export type ServiceParts<Config> = {
  config: Config;
  log: Logger;
  database: ConnectedDatabase;
  /** Opens the storage, which then takes large values and is part of the health. */
  openStorage(): Promise<Storage>;
  /** Closes what it is given once the workers have stopped, the last first. */
  opened: AsyncDisposableStack;
};

/** What a service serves: its one queue with these handlers, or what it starts itself. */
export type Serving =
  | { handlers: readonly Implementation[] }
  | {
      start(common: CommonOptions): Promise<RunningWorkers>;
    };

/**
 * Runs a worker service: reads its configuration, opens what it needs, serves until SIGTERM and closes
 * everything in reverse. Only what sets the service apart is left to it.
 *
 * @param options.name of the service, and of its queue.
 * @param options.open makes its own parts; `told` is logged with "worker ready".
 */
export const runWorkerService = <
  Config extends WorkerConfig & Partial<ReturnType<typeof storageConfigOf>>,
>({
  name,
  env,
  loadConfig,
  open,
}: {
  name: string;
  env: Environment;
  loadConfig(env: Environment): Config;
  open(parts: ServiceParts<Config>): Promise<Serving & { told?: Record<string, unknown> }>;
}): Promise<void> =>
  runService(async () => {
    const config = loadConfig(withRuntimeDefaults(env));
    const { redisUrl, prefix, databaseUrl, storageUrl, concurrency, shutdownGraceMs } = config;
    const log = createLogger({ service: name, level: config.logLevel });
    const checks: Record<string, HealthCheck> = {};
    let storage: Storage | undefined;

    await using opened = new AsyncDisposableStack();
    const database = opened.use(connectDatabase(databaseUrl, { log }));
    checks['database'] = databaseHealth(database);
    const serving = await open({
      config,
      log,
      database,
      opened,
      async openStorage() {
        const own = opened.use(await openStorage(storageUrl, config));
        checks['storage'] = own.health;
        storage = own;
        return own;
      },
    });
    const payloadStore =
      storage === undefined ? opened.use(openPayloadStore(storageUrl)) : payloadStoreOn(storage);
    await using interop = interopOfEnvironment(env, { service: name, log });
    const common = { redisUrl, prefix, payloadStore, concurrency, shutdownGraceMs, log, interop };
    await using workers =
      'start' in serving
        ? await serving.start(common)
        : await startOne(name, serving.handlers, common);
    await using health = await startHealthServer({
      port: config.healthPort,
      live: workers.live ?? {},
      ready: { ...workers.ready, ...checks },
    });

    const { told = { queue: name } } = serving;
    log.info({ ...told, concurrency, healthPort: health.port }, 'worker ready');
    log.info({ signal: await shutdownSignal() }, 'worker draining');
  });
