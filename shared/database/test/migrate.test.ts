import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { testDatabaseUrl } from '@shared/testing';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { connectDatabase } from '../src/connect-database.ts';
import { migrate } from '../src/migrate.ts';
import { MIGRATIONS_DIRECTORY } from '../src/migrations.ts';

/** A copy of the migrations that a test may change. */
const copyOfMigrations = async () => {
  const path = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp(MIGRATIONS_DIRECTORY, path, { recursive: true });
  return {
    path,
    directory: pathToFileURL(`${path}/`),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
};

test('an empty database gets every migration once, and a second run has nothing to do', async () => {
  const url = await testDatabaseUrl();

  const first = await migrate(url);
  const second = await migrate(url);

  expect(first.length).toBeGreaterThan(0);
  expect(first).toEqual(first.toSorted());
  expect(second).toEqual([]);
});

test('processes that start at once apply each migration once between them', async () => {
  const url = await testDatabaseUrl();

  const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(url)));

  const alone = await migrate(await testDatabaseUrl());
  expect(applied.flat().toSorted()).toEqual(alone);
});

test('a file changed after it ran is refused by name', async () => {
  await using copy = await copyOfMigrations();
  const url = await testDatabaseUrl();
  await migrate(url, copy);
  await writeFile(join(copy.path, '0001_accounts.sql'), 'select 1;');

  await expect(migrate(url, copy)).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringContaining('0001_accounts.sql'),
  });
});

test('a file that fails half-way leaves nothing behind, and those before it stay', async () => {
  await using copy = await copyOfMigrations();
  const url = await testDatabaseUrl();
  const name = '9999_broken.sql';
  await writeFile(join(copy.path, name), 'create table half (id int); select nonsense;');

  await expect(migrate(url, copy)).rejects.toMatchObject({ code: 'migration_failed' });

  await using database = connectDatabase(url);
  const tables = await database.execute<{ half: string | null; users: string | null }>(
    sql`select to_regclass('half')::text as half, to_regclass('users')::text as users`,
  );
  expect(tables.rows[0]).toEqual({ half: null, users: 'users' });
});

test('a number that was missing runs when it comes', async () => {
  await using copy = await copyOfMigrations();
  const url = await testDatabaseUrl();
  await writeFile(join(copy.path, '9999_late.sql'), 'create table late (id int);');
  await migrate(url, copy);
  await writeFile(join(copy.path, '9998_later.sql'), 'create table later (id int);');

  expect(await migrate(url, copy)).toEqual(['9998_later.sql']);
});

test.for([
  { reason: 'a number given twice', name: '0002_again.sql', why: '0002_again.sql' },
  { reason: 'a name without a number', name: 'again.sql', why: 'four digits' },
])('$reason is refused before anything runs', async ({ name, why }) => {
  await using copy = await copyOfMigrations();
  await writeFile(join(copy.path, name), 'select 1;');

  await expect(migrate(await testDatabaseUrl(), copy)).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringContaining(why),
  });
});

test('a server that does not answer is a typed error', async () => {
  await expect(migrate('postgres://postgres@127.0.0.1:9/none')).rejects.toMatchObject({
    code: 'database_unavailable',
    retryable: true,
  });
});
