import { randomBytes } from 'node:crypto';
import { createUser } from '../src/accounts.ts';
import type { Database } from '../src/database.ts';

/** A user with a name of their own. */
export const newAccount = (database: Database) => {
  const username = `user-${randomBytes(4).toString('hex')}`;
  return createUser(database, {
    email: `${username}@example.test`,
    username,
    firstName: 'Ada',
    passwordHash: 'scrypt$unused',
  });
};
