import { bigint, index, pgTable, text, timestamp } from '../drizzle.ts';

export const emailLedger = pgTable(
  'email_ledger',
  {
    jobId: text('job_id').primaryKey(),
    task: text().notNull(),
    status: text({ enum: ['sending', 'sent'] }).notNull(),
    provider: text(),
    messageId: text('message_id'),
    /** Of the latest attempt that began to send. */
    fence: bigint({ mode: 'number' }).notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('email_ledger_updated_at_idx').on(table.updatedAt)],
);
