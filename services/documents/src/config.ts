import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';

/** Good enough for one's own machine only, which is why production asks for it. */
const DEVELOPMENT = { PUBLIC_URL: 'http://127.0.0.1:3000' };

const Environment = z.object({
  REDIS_URL: environment.REDIS_URL,
  QUEUE_PREFIX: environment.QUEUE_PREFIX,
  DATABASE_URL: environment.DATABASE_URL,
  STORAGE_URL: environment.STORAGE_URL,
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  /** What the links to contracts start with. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be set to an http(s) address' }),
  CONCURRENCY: environment.CONCURRENCY.default(5),
  LOG_LEVEL: environment.LOG_LEVEL,
  HEALTH_PORT: environment.HEALTH_PORT,
  SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
});

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = parseEnvironment(
    Environment,
    set['NODE_ENV'] === 'production' ? set : { ...DEVELOPMENT, ...set },
  );
  return {
    redisUrl: parsed.REDIS_URL,
    prefix: parsed.QUEUE_PREFIX,
    databaseUrl: parsed.DATABASE_URL,
    storageUrl: parsed.STORAGE_URL,
    accessKeyId: parsed.AWS_ACCESS_KEY_ID,
    secretAccessKey: parsed.AWS_SECRET_ACCESS_KEY,
    publicUrl: parsed.PUBLIC_URL,
    concurrency: parsed.CONCURRENCY,
    logLevel: parsed.LOG_LEVEL,
    healthPort: parsed.HEALTH_PORT,
    shutdownGraceMs: parsed.SHUTDOWN_GRACE_MS,
  };
};
