import { isNotNull, lte, or } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { passwordResets } from './tables/password-resets.ts';
import { sessions } from './tables/sessions.ts';

/** Deletes sessions whose time is over at `now`, and password resets that are over or used. */
export const deleteExpiredSessions = async (
  database: Database,
  now = new Date(),
): Promise<{ sessions: number; passwordResets: number }> => {
  const ended = await ask(database.delete(sessions).where(lte(sessions.expiresAt, now)));
  const spent = await ask(
    database
      .delete(passwordResets)
      .where(or(lte(passwordResets.expiresAt, now), isNotNull(passwordResets.usedAt))),
  );
  return { sessions: ended.rowCount ?? 0, passwordResets: spent.rowCount ?? 0 };
};
