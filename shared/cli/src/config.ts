import { join } from 'node:path';
import { environment, parseEnvironment, withRuntimeDefaults } from '@shared/service';
import { z } from 'zod';
import type { Context } from './context.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');

const connection = { REDIS_URL: environment.REDIS_URL, QUEUE_PREFIX: environment.QUEUE_PREFIX };
const storage = { STORAGE_URL: environment.STORAGE_URL };

/** Where the queues are. @throws {ConfigError} */
export const loadConnection = (context: Context) => {
  const set = read(z.object(connection), context);
  return { redisUrl: set.REDIS_URL, prefix: set.QUEUE_PREFIX };
};

/** Where large payloads and results are. @throws {ConfigError} */
export const loadStorageUrl = (context: Context): string =>
  read(z.object(storage), context).STORAGE_URL;

/** Where jobs are kept while Redis is away. @throws {ConfigError} */
export const loadSpoolDirectory = (context: Context): string | undefined =>
  read(z.object({ SPOOL_DIRECTORY: environment.SPOOL_DIRECTORY }), context).SPOOL_DIRECTORY;

/** Where the API keys are. @throws {ConfigError} */
export const loadDatabaseUrl = (context: Context): string =>
  read(z.object({ DATABASE_URL: environment.DATABASE_URL }), context).DATABASE_URL;

/** The same, where it can be done without. @throws {ConfigError} */
export const loadOptionalDatabaseUrl = (context: Context): string | undefined =>
  read(z.object({ DATABASE_URL: environment.DATABASE_URL.optional() }), context).DATABASE_URL;

const workerSchema = z.object({
  ...connection,
  ...storage,
  LOG_LEVEL: environment.LOG_LEVEL,
  HEALTH_PORT: environment.HEALTH_PORT,
  SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
  CONCURRENCY: environment.CONCURRENCY.default(10),
  /** How long a job is held without a sign of life of its worker. */
  LOCK_MS: z.coerce
    .number('must be milliseconds')
    .int()
    .min(100, 'must be 100 ms or more')
    .default(30_000),
  /** How long the process may live, where a platform ends it after a known time. */
  WORKER_MAX_LIFETIME_MS: z.coerce
    .number('must be milliseconds')
    .int()
    .min(1_000, 'must be 1000 ms or more')
    .optional(),
});

/** What a worker process is told. @throws {ConfigError} */
export const loadWorkerConfig = (context: Context) => {
  const set = read(workerSchema, context);
  return {
    redisUrl: set.REDIS_URL,
    prefix: set.QUEUE_PREFIX,
    storageUrl: set.STORAGE_URL,
    logLevel: set.LOG_LEVEL,
    healthPort: set.HEALTH_PORT,
    shutdownGraceMs: set.SHUTDOWN_GRACE_MS,
    concurrency: set.CONCURRENCY,
    lockMs: set.LOCK_MS,
    maxLifetimeMs: set.WORKER_MAX_LIFETIME_MS,
  };
};

/** The environment first, then the platform that runs in the current folder, then in this project's. */
const read = <Schema extends z.ZodType>(schema: Schema, { env, cwd }: Context) =>
  parseEnvironment(schema, withRuntimeDefaults(withRuntimeDefaults(env, cwd), PROJECT_ROOT));
