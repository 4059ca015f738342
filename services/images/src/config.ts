import { availableParallelism } from 'node:os';
import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const Environment = z.object({
  REDIS_URL: environment.REDIS_URL,
  QUEUE_PREFIX: environment.QUEUE_PREFIX,
  DATABASE_URL: environment.DATABASE_URL,
  STORAGE_URL: environment.STORAGE_URL,
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  // Each job keeps one processor busy. On more than four of them raise UV_THREADPOOL_SIZE too, which
  // bounds how many images Node decodes at once, and set it before the process starts.
  CONCURRENCY: environment.CONCURRENCY.default(availableParallelism()),
  IQDB_URL: environment.IQDB_URL,
  LOG_LEVEL: environment.LOG_LEVEL,
  HEALTH_PORT: environment.HEALTH_PORT,
  SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
});

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const parsed = parseEnvironment(Environment, env);
  return {
    redisUrl: parsed.REDIS_URL,
    prefix: parsed.QUEUE_PREFIX,
    databaseUrl: parsed.DATABASE_URL,
    storageUrl: parsed.STORAGE_URL,
    accessKeyId: parsed.AWS_ACCESS_KEY_ID,
    secretAccessKey: parsed.AWS_SECRET_ACCESS_KEY,
    concurrency: parsed.CONCURRENCY,
    iqdbUrl: parsed.IQDB_URL,
    logLevel: parsed.LOG_LEVEL,
    healthPort: parsed.HEALTH_PORT,
    shutdownGraceMs: parsed.SHUTDOWN_GRACE_MS,
  };
};
