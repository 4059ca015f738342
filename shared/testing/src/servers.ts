import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { withClient } from './admin-client.ts';
import type { ProvidedServers } from './provided-servers.ts';

/** The Redis of this package's test run; share it under a prefix of your own. */
export const testRedisUrl = (): string => provided('redisUrl');

/** A key prefix that no other test uses. */
export const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}`;

/**
 * A fresh, empty database on this run's PostgreSQL; gone when the run ends.
 *
 * @throws if the package does not depend on `@shared/database`, for then there is no server.
 */
export const testDatabaseUrl = async (): Promise<string> => {
  const server = provided('databaseUrl');
  if (server === '') throw new Error('Add @shared/database to the dependencies to get a server.');
  const name = `${provided('databasePrefix')}${randomBytes(4).toString('hex')}`;
  await withClient(server, (client) => client.query(`create database "${name}"`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
};

const provided = (key: keyof ProvidedServers): string => inject(key);
