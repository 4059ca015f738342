import { bigint, customType, integer, pgTable, text, timestamp } from '../drizzle.ts';
import { images } from './images.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** What an image looks like, as `@shared/similarity` encodes it. */
export const imageSignatures = pgTable('image_signatures', {
  imageId: text('image_id')
    .primaryKey()
    .references(() => images.id, { onDelete: 'cascade' }),
  /** Names the image to indexes, which have no room for ids. */
  number: integer().notNull().unique('image_signatures_number_key').generatedAlwaysAsIdentity(),
  signature: bytea().notNull(),
  /** The job that made it, and the fence of the attempt that did. */
  jobId: text('job_id').notNull(),
  fence: bigint({ mode: 'number' }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

export type ImageSignature = typeof imageSignatures.$inferSelect;
