import { pgTable, primaryKey, text, timestamp } from '../drizzle.ts';
import { jobPosts } from './job-posts.ts';
import { users } from './users.ts';

export const jobApplications = pgTable(
  'job_applications',
  {
    jobPostId: text('job_post_id')
      .notNull()
      .references(() => jobPosts.id, { onDelete: 'cascade' }),
    applicantId: text('applicant_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.jobPostId, table.applicantId] })],
);
