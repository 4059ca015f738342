import type { z } from 'zod';
import { environment } from './config.ts';

/** The variables that every worker service reads; it spreads them into its schema. */
export const workerEnvironment = {
  REDIS_URL: environment.REDIS_URL,
  QUEUE_PREFIX: environment.QUEUE_PREFIX,
  DATABASE_URL: environment.DATABASE_URL,
  STORAGE_URL: environment.STORAGE_URL,
  LOG_LEVEL: environment.LOG_LEVEL,
  HEALTH_PORT: environment.HEALTH_PORT,
  SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
};

type Read = {
  [Name in keyof typeof workerEnvironment]: z.output<(typeof workerEnvironment)[Name]>;
};

/** What these variables, and how many jobs run at once, are called in a configuration. */
export const workerConfigOf = (set: Read & { CONCURRENCY: number }) => ({
  redisUrl: set.REDIS_URL,
  prefix: set.QUEUE_PREFIX,
  databaseUrl: set.DATABASE_URL,
  storageUrl: set.STORAGE_URL,
  logLevel: set.LOG_LEVEL,
  healthPort: set.HEALTH_PORT,
  shutdownGraceMs: set.SHUTDOWN_GRACE_MS,
  concurrency: set.CONCURRENCY,
});

export type WorkerConfig = ReturnType<typeof workerConfigOf>;
