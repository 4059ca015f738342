import { index, jsonb, pgTable, primaryKey, text, timestamp } from '../drizzle.ts';

/** Partitioned by month of `occurredAt`, in UTC. */
export const analyticsEvents = pgTable(
  'analytics_events',
  {
    /** The job that tracked it: the idempotency key. */
    jobId: text('job_id').notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    /** No reference: what happened stays when an account goes. */
    userId: text('user_id').notNull(),
    eventType: text('event_type').notNull(),
    eventData: jsonb('event_data').$type<Record<string, unknown>>().notNull().default({}),
    recordedAt: timestamp('recorded_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.occurredAt] }),
    index('analytics_events_occurred_at_idx').on(table.occurredAt, table.eventType),
  ],
);
