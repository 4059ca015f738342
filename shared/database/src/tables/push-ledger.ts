import { bigint, index, pgTable, primaryKey, text, timestamp } from '../drizzle.ts';

export const pushLedger = pgTable(
  'push_ledger',
  {
    jobId: text('job_id').notNull(),
    deviceId: text('device_id').notNull(),
    /** Of the attempt that sent it. */
    fence: bigint({ mode: 'number' }).notNull(),
    sentAt: timestamp('sent_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.deviceId] }),
    index('push_ledger_sent_at_idx').on(table.sentAt),
  ],
);
