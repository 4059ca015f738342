import { index, pgTable, text, timestamp } from '../drizzle.ts';
import { users } from './users.ts';

export const passwordResets = pgTable(
  'password_resets',
  {
    /** SHA-256 of the token in hex; the token itself travels in the mail only. */
    tokenHash: text('token_hash').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    usedAt: timestamp('used_at', { withTimezone: true }),
  },
  (table) => [
    index('password_resets_user_id_idx').on(table.userId),
    index('password_resets_expires_at_idx').on(table.expiresAt),
  ],
);
