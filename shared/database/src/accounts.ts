import { randomUUID } from 'node:crypto';
import { AccountTakenError, DatabaseError } from '@shared/errors';
import { eq, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type User, type UserRole, users } from './tables/users.ts';

/** @throws {AccountTakenError} naming the field that somebody else has, in whatever case. */
export const createUser = async (
  database: Database,
  account: Pick<User, 'email' | 'username' | 'firstName' | 'passwordHash'> & { role?: UserRole },
): Promise<User> => {
  try {
    const [user] = await ask(
      database
        .insert(users)
        .values({ id: randomUUID(), ...account })
        .returning(),
    );
    return user!; // An insert without a condition returns its row.
  } catch (error) {
    const constraint = error instanceof DatabaseError ? error.constraint : undefined;
    if (constraint === 'users_email_key') throw new AccountTakenError('email');
    if (constraint === 'users_username_key') throw new AccountTakenError('username');
    throw error;
  }
};

/** Whatever the case of the address. */
export const findUserByEmail = async (
  database: Database,
  email: string,
): Promise<User | undefined> => {
  const rows = await ask(
    database
      .select()
      .from(users)
      .where(eq(sql`lower(${users.email})`, sql`lower(${email})`)),
  );
  return rows[0];
};

export const findUser = async (database: Database, userId: string): Promise<User | undefined> => {
  const rows = await ask(database.select().from(users).where(eq(users.id, userId)));
  return rows[0];
};
