import { StaleAttemptError } from '@shared/errors';
import { eq, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Drawing, drawings } from './tables/drawings.ts';

/** Notes that somebody asked for a drawing, so that it can be told from one that does not exist. */
export const createDrawing = async (
  database: Database,
  drawing: Pick<Drawing, 'id' | 'ownerId' | 'filename' | 'pattern'>,
): Promise<Drawing> => {
  const [row] = await ask(database.insert(drawings).values(drawing).returning());
  return row!; // An insert without a condition returns its row.
};

/**
 * Records that a drawing lies in storage; one that nobody noted before is noted now.
 *
 * @throws {StaleAttemptError} a newer attempt of its job has recorded it before.
 */
export const recordDrawing = async (
  database: Database,
  { id, ownerId, ...made }: Omit<Drawing, 'createdAt' | 'jobId'> & { fence: number },
): Promise<void> => {
  const written = await ask(
    database
      .insert(drawings)
      .values({ id, ownerId, jobId: id, ...made })
      .onConflictDoUpdate({
        target: drawings.id,
        set: { jobId: id, ...made },
        setWhere: sql`${drawings.fence} is null or ${drawings.fence} <= ${made.fence}`,
      })
      .returning({ id: drawings.id }),
  );
  if (written.length === 0) throw new StaleAttemptError(id, made.fence);
};

export const findDrawing = async (
  database: Database,
  drawingId: string,
): Promise<Drawing | undefined> => {
  const rows = await ask(database.select().from(drawings).where(eq(drawings.id, drawingId)));
  return rows[0];
};

/** Forgets a drawing; what lies in storage is the caller's to delete. */
export const deleteDrawing = async (database: Database, drawingId: string): Promise<void> => {
  await ask(database.delete(drawings).where(eq(drawings.id, drawingId)));
};
