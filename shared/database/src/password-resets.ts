import { and, eq, gt, isNull } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { deleteSessionsOf } from './sessions.ts';
import { passwordResets } from './tables/password-resets.ts';
import { users } from './tables/users.ts';

export const createPasswordReset = async (
  database: Database,
  reset: { tokenHash: string; userId: string; expiresAt: Date },
): Promise<void> => {
  await ask(database.insert(passwordResets).values(reset));
};

/**
 * Uses up an open reset: sets the password, ends the user's sessions and voids their other resets,
 * all or nothing.
 *
 * @returns the user's id; undefined if the token is unknown, used or too old.
 */
export const resetPassword = (
  database: Database,
  { tokenHash, passwordHash }: { tokenHash: string; passwordHash: string },
  now = new Date(),
): Promise<string | undefined> =>
  ask(
    database.transaction(async (transaction) => {
      const [reset] = await transaction
        .update(passwordResets)
        .set({ usedAt: now })
        .where(
          and(
            eq(passwordResets.tokenHash, tokenHash),
            isNull(passwordResets.usedAt),
            gt(passwordResets.expiresAt, now),
          ),
        )
        .returning({ userId: passwordResets.userId });
      if (reset === undefined) return undefined;
      const { userId } = reset;
      await transaction.update(users).set({ passwordHash }).where(eq(users.id, userId));
      await transaction
        .update(passwordResets)
        .set({ usedAt: now })
        .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)));
      await deleteSessionsOf(transaction, userId);
      return userId;
    }),
  );
