import { createRequire } from 'node:module';
import type * as PgCore from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectedDatabase } from '../src/connect-database.ts';
import * as exported from '../src/index.ts';
import { openMigrated } from './migrated-database.ts';

// The copy that the tables are made with.
const { getTableConfig, PgTable } = createRequire(import.meta.url)(
  'drizzle-orm/pg-core',
) as typeof PgCore;

const TABLES = Object.values(exported).filter((value) => value instanceof PgTable);

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openMigrated();
});
afterAll(() => database[Symbol.asyncDispose]());

/** As information_schema shows them. */
const columnsOf = async (table: string) => {
  const { rows } = await database.execute<{ name: string; nullable: boolean; type: string }>(sql`
    select column_name as name, is_nullable = 'YES' as nullable, data_type as type
    from information_schema.columns where table_schema = 'public' and table_name = ${table}`);
  return rows;
};

const byName = (one: { name: string }, other: { name: string }) =>
  one.name.localeCompare(other.name);

test('there is a table here for every table that the migrations make', async () => {
  const { rows } = await database.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );

  expect(TABLES.map((table) => getTableConfig(table).name).toSorted()).toEqual(
    rows
      .map(({ name }) => name)
      .filter((name) => name !== '_migrations')
      .toSorted(),
  );
});

test.for(TABLES.map((table) => getTableConfig(table)))(
  'the table $name has the columns that its migration makes',
  async ({ name, columns }) => {
    const ours = columns.map((column) => ({
      name: column.name,
      nullable: !column.notNull,
      type: column.getSQLType(),
    }));

    expect(ours.toSorted(byName)).toEqual((await columnsOf(name)).toSorted(byName));
  },
);

test.for(TABLES.map((table) => getTableConfig(table)))(
  'the table $name has the indexes and unique rules that its migration makes',
  async ({ name, indexes, uniqueConstraints, columns }) => {
    const { rows } = await database.execute<{ name: string }>(sql`
      select indexname as name from pg_indexes
      where tablename = ${name} and indexname not like '%_pkey'`);

    const ours = [
      ...indexes.map((index) => index.config.name),
      ...uniqueConstraints.map((constraint) => constraint.getName()),
      ...columns.filter((column) => column.isUnique).map((column) => column.uniqueName),
    ];
    expect(ours.map(String).toSorted()).toEqual(rows.map((row) => row.name).toSorted());
  },
);
