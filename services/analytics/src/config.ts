import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const schema = z
  .object({
    REDIS_URL: environment.REDIS_URL,
    DATABASE_URL: environment.DATABASE_URL,
    STORAGE_URL: environment.STORAGE_URL,
    QUEUE_PREFIX: environment.QUEUE_PREFIX,
    LOG_LEVEL: environment.LOG_LEVEL,
    HEALTH_PORT: environment.HEALTH_PORT,
    SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
    // Jobs that run side by side share an INSERT, so there are many: all they do is wait for it.
    CONCURRENCY: environment.CONCURRENCY.default(500),
    ANALYTICS_BATCH: z.coerce
      .number('must be a whole number')
      .int()
      .min(1)
      .max(5_000, 'must be at most 5000')
      .default(500),
  })
  .transform((env) => ({
    redisUrl: env.REDIS_URL,
    databaseUrl: env.DATABASE_URL,
    storageUrl: env.STORAGE_URL,
    prefix: env.QUEUE_PREFIX,
    logLevel: env.LOG_LEVEL,
    healthPort: env.HEALTH_PORT,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    concurrency: env.CONCURRENCY,
    batch: env.ANALYTICS_BATCH,
  }));

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) =>
  parseEnvironment(schema, env);
