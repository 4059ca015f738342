import { bigint, index, jsonb, pgTable, text, timestamp } from '../drizzle.ts';

export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Who did it: a user's id, `key:<id>`, or a dashboard login's name. */
    actor: text().notNull(),
    /** What was done, as in `job.retry`. */
    action: text().notNull(),
    /** What it was done to: a job's id, a queue's name. */
    target: text().notNull(),
    /** More about it. No payloads, addresses or tokens. */
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index('audit_log_at_idx').on(table.at.desc())],
);

export type AuditEntry = typeof auditLog.$inferSelect;
