import { bigint, doublePrecision, index, pgTable, text, timestamp } from '../drizzle.ts';

export const drawings = pgTable(
  'drawings',
  {
    /** The id of the job that makes it. */
    id: text().primaryKey(),
    /** A user's id or `key:<id>`; null for a drawing that a program enqueued by itself. */
    ownerId: text('owner_id'),
    /** What a browser saves it as: for people's eyes, never part of a path. */
    filename: text().notNull(),
    pattern: text().notNull(),
    /** Once it is made: by which job and which attempt of it; null until then, as all below. */
    jobId: text('job_id'),
    fence: bigint({ mode: 'number' }),
    storageKey: text('storage_key'),
    previewKey: text('preview_key'),
    bytes: bigint({ mode: 'number' }),
    /** How far the pen goes while it is down, and while it is up, in millimetres. */
    drawnMm: doublePrecision('drawn_mm'),
    travelMm: doublePrecision('travel_mm'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('drawings_owner_id_idx').on(table.ownerId, table.createdAt.desc())],
);

export type Drawing = typeof drawings.$inferSelect;
