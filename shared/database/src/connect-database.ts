import type { Logger } from '@shared/service';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { drizzle } from './drizzle.ts';
import { Pool } from 'pg';

/** Drizzle over a pool of connections, which `$client` is. Disposing waits for running queries. */
export type ConnectedDatabase = NodePgDatabase & { $client: Pool } & AsyncDisposable;

/**
 * Connects on the first query, so that a process starts while its database still does.
 *
 * @param options.maxConnections 10 unless told.
 * @param options.statementTimeoutMs when the server ends a query, 30,000 unless told.
 */
export const connectDatabase = (
  databaseUrl: string,
  {
    maxConnections = 10,
    statementTimeoutMs = 30_000,
    log,
  }: { maxConnections?: number; statementTimeoutMs?: number; log?: Logger } = {},
): ConnectedDatabase => {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    application_name: 'taskyard',
  });
  // Without a listener, a server that restarts would end the process: an idle connection reports here.
  pool.on('error', (error) => log?.warn({ error }, 'idle database connection lost'));
  return Object.assign(drizzle({ client: pool }), {
    async [Symbol.asyncDispose]() {
      if (!pool.ending) await pool.end();
    },
  });
};
