import { arqEnvironment } from '@shared/interop/arq';
import { celeryEnvironment } from '@shared/interop/celery';
import { rqEnvironment } from '@shared/interop/rq';
import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const Environment = z.object({
  ...celeryEnvironment,
  ...rqEnvironment,
  ...arqEnvironment,
  REDIS_URL: environment.REDIS_URL,
  QUEUE_PREFIX: environment.QUEUE_PREFIX,
  STORAGE_URL: environment.STORAGE_URL,
  LOG_LEVEL: environment.LOG_LEVEL,
  HEALTH_PORT: environment.HEALTH_PORT,
});

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const parsed = parseEnvironment(Environment, env);
  return {
    redisUrl: parsed.REDIS_URL,
    prefix: parsed.QUEUE_PREFIX,
    storageUrl: parsed.STORAGE_URL,
    logLevel: parsed.LOG_LEVEL,
    healthPort: parsed.HEALTH_PORT,
  };
};
