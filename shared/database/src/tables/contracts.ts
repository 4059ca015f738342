import { bigint, index, pgTable, text, timestamp } from '../drizzle.ts';

export const contracts = pgTable(
  'contracts',
  {
    /** Also the number that is printed on it. */
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** As the producer counts clients, perhaps in a database of its own. */
    clientId: bigint('client_id', { mode: 'number' }).notNull(),
    ownerUid: text('owner_uid').notNull(),
    /** The job that makes it, and the fence of the attempt that wrote last. */
    jobId: text('job_id').notNull().unique('contracts_job_id_key'),
    fence: bigint({ mode: 'number' }).notNull(),
    /** `drafting` until the PDF lies in storage, then `completed`. */
    status: text({ enum: ['drafting', 'completed'] }).notNull(),
    storageKey: text('storage_key'),
    bytes: bigint({ mode: 'number' }),
    /** Of one visit, in minor units of `currency`. */
    totalMinor: bigint('total_minor', { mode: 'number' }),
    currency: text(),
    /** SHA-256 of the token in the link to the PDF, in hex. */
    linkHash: text('link_hash'),
    linkExpiresAt: timestamp('link_expires_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    completedAt: timestamp('completed_at', { withTimezone: true }),
  },
  (table) => [index('contracts_owner_uid_idx').on(table.ownerUid, table.createdAt.desc())],
);

export type Contract = typeof contracts.$inferSelect;
