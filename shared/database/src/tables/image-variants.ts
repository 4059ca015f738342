import { bigint, integer, pgTable, primaryKey, text, timestamp } from '../drizzle.ts';
import { images } from './images.ts';

export const imageVariants = pgTable(
  'image_variants',
  {
    imageId: text('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    /** `thumbnail`, `medium`, `large`. */
    variant: text().notNull(),
    /** `jpeg`, `webp`, `avif`. */
    format: text().notNull(),
    /** The object's key in storage. */
    key: text().notNull(),
    contentType: text('content_type').notNull(),
    /** In pixels. */
    width: integer().notNull(),
    height: integer().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    /** The job that made it, and the fence of the attempt that did. */
    jobId: text('job_id').notNull(),
    fence: bigint({ mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.imageId, table.variant, table.format] })],
);

export type ImageVariant = typeof imageVariants.$inferSelect;
