import { createHash } from 'node:crypto';
import { connectDatabase, findApiKey, migrate } from '@shared/database';
import { testDatabaseUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

const hash = (key: string) => createHash('sha256').update(key).digest('hex');

test('a key is created, listed without itself, and revoked', async () => {
  const env = { DATABASE_URL: await testDatabaseUrl() };
  await migrate(env.DATABASE_URL);
  await using database = connectDatabase(env.DATABASE_URL);
  await using shell = await openShell();

  const created = await shell.call(['api-key', 'create', 'billing', '--operator'], { env });
  const key = created.out.trim();
  const known = await findApiKey(database, hash(key));
  const listed = await shell.call(['api-key', 'list'], { env });
  const revoked = await shell.call(['api-key', 'revoke', known?.id ?? ''], { env });

  expect(key).toMatch(/^ty_[\w-]{32}$/);
  expect(known).toMatchObject({ name: 'billing', role: 'operator' });
  expect(listed.out).toContain(known?.id);
  expect(`${listed.out}${listed.err}`).not.toContain(key);
  expect(revoked.code).toBe(0);
  await expect(findApiKey(database, hash(key))).resolves.toBeUndefined();
});

test('an id that no key has, and an action that there is not, are refused', async () => {
  const env = { DATABASE_URL: await testDatabaseUrl() };
  await migrate(env.DATABASE_URL);
  await using shell = await openShell();

  const unknownId = await shell.call(['api-key', 'revoke', 'nope'], { env });
  const unknownAction = await shell.call(['api-key', 'delete', 'nope'], { env });

  expect(unknownId.code).toBe(1);
  expect(unknownId.err).toContain('no API key has the id "nope"');
  expect(unknownAction.code).toBe(2);
});
