import { bigint, index, integer, pgTable, text, timestamp } from '../drizzle.ts';

export const videos = pgTable(
  'videos',
  {
    id: text().primaryKey(),
    /** A user of ours, or of a product that enqueues here. */
    ownerId: text('owner_id').notNull(),
    /** A key in storage, or a path in an upload folder. */
    source: text().notNull(),
    /** As judged by the content, not as the client claimed; null for what we did not receive. */
    contentType: text('content_type'),
    bytes: bigint({ mode: 'number' }),
    /** What the client called the file: for people's eyes, never part of a path. */
    originalName: text('original_name'),
    /** The job that processes it, or did. */
    jobId: text('job_id'),
    /** In pixels, as seen upright; null until it was processed, like all below. */
    width: integer(),
    height: integer(),
    durationMs: bigint('duration_ms', { mode: 'number' }),
    /** Keys in storage. */
    masterKey: text('master_key'),
    posterKey: text('poster_key'),
    thumbnailsKey: text('thumbnails_key'),
    /** Of the attempt that wrote the row last. */
    fence: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    readyAt: timestamp('ready_at', { withTimezone: true }),
  },
  (table) => [index('videos_owner_id_idx').on(table.ownerId, table.createdAt.desc())],
);

export type Video = typeof videos.$inferSelect;
