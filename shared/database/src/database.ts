import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';

/** What every query function takes: a connected database, or a transaction of one. */
export type Database = PgDatabase<NodePgQueryResultHKT>;
