import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, findUserByEmail } from '../src/accounts.ts';
import type { ConnectedDatabase } from '../src/connect-database.ts';
import { openMigrated } from './migrated-database.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openMigrated();
});
afterAll(() => database[Symbol.asyncDispose]());

const account = (change: { email?: string; username?: string } = {}) => ({
  email: 'Ada@Example.test',
  username: 'Ada',
  firstName: 'Ada',
  passwordHash: 'scrypt$unused',
  ...change,
});

test('a user is found by address in any case, and is no operator unless told', async () => {
  const user = await createUser(database, account());

  await expect(findUserByEmail(database, 'aDA@eXAMPLE.TEST')).resolves.toEqual(user);
  expect(user).toMatchObject({ role: 'user', email: 'Ada@Example.test' });
});

test.for([
  { field: 'email', change: { email: 'ada@example.test', username: 'somebody' } },
  { field: 'username', change: { email: 'somebody@example.test', username: 'ADA' } },
])(
  'an account with the $field of another, in another case, is refused',
  async ({ field, change }) => {
    await createUser(database, account()).catch(() => {});

    const refusal = createUser(database, account(change));

    await expect(refusal).rejects.toMatchObject({ code: `${field}_taken`, path: field });
  },
);

test('an address that nobody has finds nobody', async () => {
  await expect(findUserByEmail(database, 'nobody@example.test')).resolves.toBeUndefined();
});
