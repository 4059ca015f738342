import { InvalidOptionError } from '@shared/errors';
import type { Logger } from '@shared/service';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisAddress, type RedisAddress } from './address.ts';

/** One connection to a Redis server, a master behind Sentinels, or a Cluster. */
export type RedisConnection = Redis | Cluster;

/** Without the option whose type asks the caller for a type parameter. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** After a lost connection: 50 ms, 100 ms, … at most 2 s between tries, for ever. */
const retryStrategy = (times: number) => Math.min(times * 50, 2_000);

/**
 * For whoever must answer at once (producers, HTTP handlers): a command that meets a dead connection
 * is tried once more and then fails, instead of waiting for Redis to come back.
 */
const PATIENCE = {
  producer: { maxRetriesPerRequest: 1, commandTimeout: 10_000, connectTimeout: 5_000 },
  /** Workers outlive any outage: their commands wait for the connection. */
  worker: { maxRetriesPerRequest: null, connectTimeout: 10_000 },
} as const satisfies Record<string, ConnectionOptions>;

/**
 * Opens a connection. It connects in the background and reconnects for ever.
 *
 * @param options.url `redis://`, `rediss://`, `redis+cluster://a,b` or `redis+sentinel://a,b/name`.
 * @param options.role how long a command waits for a lost connection; `producer` unless told.
 * @throws {InvalidOptionError} for an address that is none.
 */
export const connectRedis = ({
  url,
  role = 'producer',
  name = 'taskyard',
  log,
}: {
  url: string;
  role?: keyof typeof PATIENCE;
  /** Shown by `CLIENT LIST`. */
  name?: string;
  log?: Logger;
}): RedisConnection => {
  const address = parseRedisAddress(url);
  const options: ConnectionOptions = {
    ...PATIENCE[role],
    ...credentials(address),
    connectionName: name,
    retryStrategy,
    // A failover leaves the old master answering READONLY; reconnecting finds the new one.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
  const redis = open(address, options);
  let reported = '';
  redis.on('error', (error: Error) => {
    // ioredis repeats itself at every try; one line per kind of trouble is enough.
    if (error.message !== reported)
      log?.warn({ redis: address.shown, reason: error.message }, 'redis connection lost');
    reported = error.message;
  });
  redis.on('ready', () => {
    if (reported !== '') log?.info({ redis: address.shown }, 'redis connection restored');
    reported = '';
  });
  return redis;
};

const credentials = ({ username, password, tls, db }: RedisAddress): ConnectionOptions => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
  ...(tls ? { tls: {} } : {}),
  db,
});

const open = (address: RedisAddress, options: ConnectionOptions): RedisConnection => {
  if (address.kind === 'cluster') {
    return new Cluster(address.nodes, {
      redisOptions: options,
      clusterRetryStrategy: retryStrategy,
    });
  }
  if (address.kind === 'sentinel') {
    return new Redis({ ...options, sentinels: address.nodes, name: address.master });
  }
  const [node] = address.nodes;
  if (node === undefined)
    throw new InvalidOptionError('redisUrl', 'it names no host', 'Use redis://host:port.');
  return new Redis({ ...options, ...node });
};
