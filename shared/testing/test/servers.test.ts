import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { eventually, testDatabaseUrl, testRedisUrl, uniquePrefix } from '../src/index.ts';

test('every test run has a Redis that answers and keeps what it is told', async () => {
  const redis = new Redis(testRedisUrl());
  const key = `${uniquePrefix()}:greeting`;

  await redis.set(key, 'hello');

  await expect(redis.get(key)).resolves.toBe('hello');
  await redis.quit();
});

test('two prefixes never meet', () => {
  expect(uniquePrefix()).not.toBe(uniquePrefix());
});

test('every call makes an empty database of its own', async () => {
  const [first, second] = await Promise.all([testDatabaseUrl(), testDatabaseUrl()]);
  const count = `select count(*)::int as tables from pg_tables where schemaname = 'public'`;

  const made = await query(first, 'create table notes (text text)').then(() => query(first, count));

  expect(made).toEqual([{ tables: 1 }]);
  await expect(query(second, count)).resolves.toEqual([{ tables: 0 }]);
});

test('eventually gives the first answer that is not an error', async () => {
  let asked = 0;
  const third = () => {
    asked += 1;
    if (asked < 3) throw new Error('not yet');
    return asked;
  };

  await expect(eventually(third, { everyMs: 1 })).resolves.toBe(3);
});

test('eventually gives up with the last error', async () => {
  let asked = 0;
  const never = () => Promise.reject(new Error(`still no, time ${(asked += 1)}`));

  const outcome = eventually(never, { timeoutMs: 20, everyMs: 1 });

  await expect(outcome).rejects.toThrow('still no');
  await expect(outcome).rejects.toThrow(`time ${asked}`);
});

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};
