import { randomUUID } from 'node:crypto';
import { and, eq, gt } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Session, sessions } from './tables/sessions.ts';
import { type User, users } from './tables/users.ts';

export const createSession = async (
  database: Database,
  { userId, tokenHash, expiresAt }: Pick<Session, 'userId' | 'tokenHash' | 'expiresAt'>,
): Promise<void> => {
  await ask(database.insert(sessions).values({ id: randomUUID(), userId, tokenHash, expiresAt }));
};

/** The user of a session that is still open at `now`. */
export const findUserBySession = async (
  database: Database,
  tokenHash: string,
  now = new Date(),
): Promise<User | undefined> => {
  const rows = await ask(
    database
      .select({ user: users })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now))),
  );
  return rows[0]?.user;
};

export const deleteSession = async (database: Database, tokenHash: string): Promise<void> => {
  await ask(database.delete(sessions).where(eq(sessions.tokenHash, tokenHash)));
};

/** Ends every session of a user, as a new password must. */
export const deleteSessionsOf = async (database: Database, userId: string): Promise<void> => {
  await ask(database.delete(sessions).where(eq(sessions.userId, userId)));
};
