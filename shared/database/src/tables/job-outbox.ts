import { bigint, index, pgTable, sql, text, timestamp } from '../drizzle.ts';

export const jobOutbox = pgTable(
  'job_outbox',
  {
    /** The job's own. */
    id: text().primaryKey(),
    /** The order in which jobs came. */
    position: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
    /** For nobody but the queue to read. */
    job: text().notNull(),
    /** Why it will never be taken. */
    refused: text(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('job_outbox_position_idx')
      .on(table.position)
      .where(sql`${table.refused} is null`),
  ],
);
