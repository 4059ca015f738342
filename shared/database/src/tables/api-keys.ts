import { pgTable, text, timestamp } from '../drizzle.ts';

export const apiKeys = pgTable('api_keys', {
  id: text().primaryKey(),
  /** What people call the client that holds it. */
  name: text().notNull(),
  /** SHA-256 of the key in hex. Keys are random, so that a slow hash would add nothing. */
  keyHash: text('key_hash').notNull().unique('api_keys_key_hash_key'),
  /** `machine` sees the jobs that it enqueued, `operator` everybody's. */
  role: text({ enum: ['machine', 'operator'] }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  revokedAt: timestamp('revoked_at', { withTimezone: true }),
});

export type ApiKey = typeof apiKeys.$inferSelect;
