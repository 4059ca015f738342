import { bigint, index, jsonb, pgTable, text, timestamp } from '../drizzle.ts';
import { users } from './users.ts';

export const clients = pgTable(
  'clients',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The business whose form it was. */
    ownerId: text('owner_id')
      .notNull()
      .references(() => users.id),
    name: text().notNull(),
    email: text().notNull(),
    /** The form as it was filled in, without the signature. */
    formData: jsonb('form_data').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('clients_owner_id_idx').on(table.ownerId, table.createdAt.desc())],
);

export type Client = typeof clients.$inferSelect;
