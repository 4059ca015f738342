import {
  bigint,
  doublePrecision,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from '../drizzle.ts';
import { videos } from './videos.ts';

export const videoRenditions = pgTable(
  'video_renditions',
  {
    videoId: text('video_id')
      .notNull()
      .references(() => videos.id, { onDelete: 'cascade' }),
    /** `1080p`, `720p`, `480p`, `360p`. */
    quality: text().notNull(),
    /** All its objects' keys start with this and a slash. */
    folder: text().notNull(),
    /** In pixels. */
    width: integer().notNull(),
    height: integer().notNull(),
    frameRate: doublePrecision('frame_rate').notNull(),
    /** As RFC 6381 and HLS write them, as in `avc1.64001f,mp4a.40.2`. */
    codecs: text().notNull(),
    /** In bits per second: of the largest segment, and over all of them. */
    bandwidth: bigint({ mode: 'number' }).notNull(),
    averageBandwidth: bigint('average_bandwidth', { mode: 'number' }).notNull(),
    /** Of the MP4. */
    bytes: bigint({ mode: 'number' }).notNull(),
    /** The job that made it, and the fence of the attempt that did. */
    jobId: text('job_id').notNull(),
    fence: bigint({ mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.quality] })],
);

export type VideoRendition = typeof videoRenditions.$inferSelect;
