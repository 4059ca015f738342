import { index, pgTable, text, timestamp } from '../drizzle.ts';
import { users } from './users.ts';

export const jobPosts = pgTable(
  'job_posts',
  {
    id: text().primaryKey(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => users.id),
    title: text().notNull(),
    description: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('job_posts_created_at_idx').on(table.createdAt.desc(), table.id)],
);

export type JobPost = typeof jobPosts.$inferSelect;
