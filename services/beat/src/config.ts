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
    CONCURRENCY: environment.CONCURRENCY.default(2),
    /** How long after a leader was last heard of another one takes over. */
    BEAT_LEASE_MS: z.coerce
      .number('must be milliseconds')
      .int()
      .min(3_000, 'must be at least 3000: a leader renews its lease three times in that time')
      .default(15_000),
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
    leaseMs: env.BEAT_LEASE_MS,
  }));

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) =>
  parseEnvironment(schema, env);
