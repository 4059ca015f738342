import { testDatabaseUrl } from '@shared/testing';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { findUserByEmail } from '../src/accounts.ts';
import { ask } from '../src/ask.ts';
import { connectDatabase } from '../src/connect-database.ts';

test('a database without the schema is named as such, and the parameters are not', async () => {
  await using database = connectDatabase(await testDatabaseUrl());

  const error = await findUserByEmail(database, 'private@example.test').catch((error) => error);

  expect(error).toMatchObject({ code: 'database_error', sqlState: '42P01', retryable: false });
  expect(error.message).toContain('relation "users" does not exist');
  expect(error.message + error.cause.message + error.stack).not.toContain('private@');
});

test('a database that does not answer is a typed error', async () => {
  await using database = connectDatabase('postgres://postgres@127.0.0.1:9/none');

  await expect(ask(database.execute(sql`select 1`))).rejects.toMatchObject({
    code: 'database_unavailable',
  });
});

test('a query that runs too long is ended by the server and may be tried again', async () => {
  await using database = connectDatabase(await testDatabaseUrl(), { statementTimeoutMs: 50 });

  await expect(ask(database.execute(sql`select pg_sleep(10)`))).rejects.toMatchObject({
    code: 'database_error',
    sqlState: '57014',
    retryable: true,
  });
});

test('a connection that the server ends does not end the process; the next query gets a new one', async () => {
  const url = await testDatabaseUrl();
  await using database = connectDatabase(url, { maxConnections: 1 });
  await using admin = connectDatabase(url, { maxConnections: 1 });
  const pid = await database.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  const lost = new Promise((resolve) => database.$client.once('error', resolve));

  await admin.execute(sql`select pg_terminate_backend(${pid.rows[0]?.pid})`);
  await lost;

  const answer = await database.execute<{ one: number }>(sql`select 1 as one`);
  expect(answer.rows).toEqual([{ one: 1 }]);
});
