import { bigint, index, integer, pgTable, text, timestamp } from '../drizzle.ts';
import { users } from './users.ts';

export const images = pgTable(
  'images',
  {
    id: text().primaryKey(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => users.id),
    storageKey: text('storage_key').notNull().unique('images_storage_key_key'),
    /** As judged by the content, not as the client claimed. */
    contentType: text('content_type').notNull(),
    /** In pixels, as seen upright; null until somebody has decoded the image. */
    width: integer(),
    height: integer(),
    bytes: bigint({ mode: 'number' }).notNull(),
    /** What the client called the file: for people's eyes, never part of a path. */
    originalName: text('original_name'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('images_owner_id_idx').on(table.ownerId, table.createdAt.desc())],
);

export type Image = typeof images.$inferSelect;
