import { sql } from '../drizzle.ts';
import { pgTable, text, timestamp, uniqueIndex } from '../drizzle.ts';

export const USER_ROLES = ['user', 'operator', 'admin'] as const;

/** `operator` and `admin` see everybody's jobs and images. */
export type UserRole = (typeof USER_ROLES)[number];

export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    email: text().notNull(),
    username: text().notNull(),
    firstName: text('first_name').notNull(),
    /** Algorithm, parameters, salt and hash in one string; never leaves this table's service. */
    passwordHash: text('password_hash').notNull(),
    role: text({ enum: USER_ROLES }).notNull().default('user'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`),
    uniqueIndex('users_username_key').on(sql`lower(${table.username})`),
  ],
);

export type User = typeof users.$inferSelect;
