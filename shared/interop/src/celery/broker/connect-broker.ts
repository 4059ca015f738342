import type { Logger } from '@shared/service';
import { Redis } from 'ioredis';
import type { BrokerAddress } from './broker-address.ts';

/** After a lost connection: 50 ms, 100 ms, … at most 2 s between tries, for ever. */
const retryStrategy = (times: number) => Math.min(times * 50, 2_000);

/** Opens a connection that outlives any outage: its commands wait until the server is back. */
export const connectBroker = (
  { redis: options, shown }: BrokerAddress,
  { role, log }: { role: string; log: Logger },
): Redis => {
  const redis = new Redis({
    ...options,
    connectionName: `taskyard:celery:${role}`,
    maxRetriesPerRequest: null,
    connectTimeout: 10_000,
    retryStrategy,
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  });
  let reported = '';
  redis.on('error', (error: Error) => {
    if (error.message !== reported)
      log.warn({ redis: shown, role, reason: error.message }, 'celery connection lost');
    reported = error.message;
  });
  redis.on('ready', () => {
    if (reported !== '') log.info({ redis: shown, role }, 'celery connection restored');
    reported = '';
  });
  return redis;
};
