import { MigrationError } from '@shared/errors';
import { Client, DatabaseError as PostgresError } from 'pg';
import { translated } from './ask.ts';
import { type Migration, MIGRATIONS_DIRECTORY, readMigrations } from './migrations.ts';

/** Any constant will do, as long as every process that migrates takes the same. */
const LOCK_KEY = 7_365_291_044;

/**
 * Brings the database's schema up to date: each SQL file that it lacks runs in a transaction of its
 * own. Any number of processes may call this at once; they take turns and each file runs once.
 * Migrations that the database has and this version does not know are left alone, so that an older
 * version can still start during a deploy.
 *
 * @returns the names of the files that this call applied.
 * @throws {MigrationError} an applied file was changed since, or one does not run.
 * @throws {DatabaseUnavailableError} the server does not answer.
 */
export const migrate = async (
  databaseUrl: string,
  { directory = MIGRATIONS_DIRECTORY }: { directory?: URL } = {},
): Promise<string[]> => {
  const migrations = await readMigrations(directory);
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    application_name: 'taskyard migrate',
  });
  // A connection lost between two queries also fails the next one, which reports it.
  client.on('error', () => {});
  try {
    await client.connect();
    const applied: string[] = [];
    for (const migration of migrations) {
      if (await applyOnce(client, migration)) applied.push(migration.name);
    }
    return applied;
  } catch (error) {
    throw translated(error);
  } finally {
    await client.end();
  }
};

/** @returns false if the database has it already. */
const applyOnce = async (client: Client, migration: Migration): Promise<boolean> => {
  await client.query('begin');
  try {
    // The check stands inside the lock: whoever waited here sees what the one before has done.
    await client.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
    await client.query(
      `create table if not exists _migrations (
         name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
    const recorded = await client.query<{ checksum: string }>(
      'select checksum from _migrations where name = $1',
      [migration.name],
    );
    const checksum = recorded.rows[0]?.checksum;
    if (checksum !== undefined && checksum !== migration.checksum) throw changed(migration.name);
    if (checksum === undefined) await run(client, migration);
    await client.query('commit');
    return checksum === undefined;
  } catch (error) {
    await client.query('rollback').catch(() => {}); // The first error is the one to report.
    throw error;
  }
};

const run = async (client: Client, { name, sql, checksum }: Migration) => {
  try {
    await client.query(sql);
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error;
    throw new MigrationError(
      name,
      { why: error.message, fix: 'Nothing of this file was applied; correct it and run it again.' },
      { cause: error },
    );
  }
  await client.query('insert into _migrations (name, checksum) values ($1, $2)', [name, checksum]);
};

const changed = (name: string) =>
  new MigrationError(name, {
    why: 'its file differs from what ran on this database',
    fix: 'Restore the file and put the change into a new migration with the next number.',
  });
