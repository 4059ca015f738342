import { sql } from '../drizzle.ts';
import { bigint, index, pgTable, text, timestamp, unique } from '../drizzle.ts';

export const notifications = pgTable(
  'notifications',
  {
    /** Grows with every notification of a person, in the order in which they can be seen. */
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id').notNull(),
    /** As in `new-follower`. */
    kind: text().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    /** Where a click leads, relative to the product's address. */
    link: text(),
    jobId: text('job_id').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    readAt: timestamp('read_at', { withTimezone: true }),
  },
  (table) => [
    unique('notifications_job_id_user_id_key').on(table.jobId, table.userId),
    index('notifications_user_id_idx').on(table.userId, table.id.desc()),
    index('notifications_unread_idx')
      .on(table.userId)
      .where(sql`read_at is null`),
    index('notifications_created_at_idx').on(table.createdAt),
  ],
);

export type Notification = typeof notifications.$inferSelect;
