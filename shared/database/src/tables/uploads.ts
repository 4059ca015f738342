import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from '../drizzle.ts';
import { sql } from '../drizzle.ts';
import { users } from './users.ts';

export const uploads = pgTable(
  'uploads',
  {
    /** Becomes the video's. */
    id: text().primaryKey(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => users.id),
    lengthBytes: bigint('length_bytes', { mode: 'number' }).notNull(),
    /** How many of them have arrived. */
    offsetBytes: bigint('offset_bytes', { mode: 'number' }).notNull().default(0),
    /** What the client called the file: for people's eyes, never part of a path. */
    originalName: text('original_name'),
    /** What is to be made of it. */
    qualities: jsonb().$type<string[]>().notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('uploads_expires_at_idx')
      .on(table.expiresAt)
      .where(sql`${table.finishedAt} is null`),
  ],
);

export type Upload = typeof uploads.$inferSelect;

/** The bytes that have arrived, in pieces; each an object in storage. */
export const uploadParts = pgTable(
  'upload_parts',
  {
    uploadId: text('upload_id')
      .notNull()
      .references(() => uploads.id, { onDelete: 'cascade' }),
    startByte: bigint('start_byte', { mode: 'number' }).notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    key: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.startByte] })],
);

export type UploadPart = typeof uploadParts.$inferSelect;
