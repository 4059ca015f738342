import { and, asc, eq, isNull, lt, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Upload, type UploadPart, uploadParts, uploads } from './tables/uploads.ts';

export const createUpload = async (
  database: Database,
  upload: Pick<
    Upload,
    'id' | 'ownerId' | 'lengthBytes' | 'originalName' | 'qualities' | 'expiresAt'
  >,
): Promise<Upload> => {
  const [row] = await ask(database.insert(uploads).values(upload).returning());
  return row!; // An insert without a condition returns its row.
};

export const findUpload = async (database: Database, id: string): Promise<Upload | undefined> => {
  const rows = await ask(database.select().from(uploads).where(eq(uploads.id, id)));
  return rows[0];
};

/**
 * Adds a part where the upload stands, and moves it on; it then expires at another time.
 *
 * @returns false if the upload stands elsewhere by now, is finished or is gone: then nothing changed.
 */
export const addUploadPart = (
  database: Database,
  { uploadId, startByte, bytes, key }: UploadPart,
  { expiresAt }: { expiresAt: Date },
): Promise<boolean> =>
  ask(
    database.transaction(async (transaction) => {
      const moved = await transaction
        .update(uploads)
        .set({ offsetBytes: startByte + bytes, expiresAt })
        .where(
          and(
            eq(uploads.id, uploadId),
            eq(uploads.offsetBytes, startByte),
            isNull(uploads.finishedAt),
          ),
        )
        .returning({ id: uploads.id });
      if (moved.length === 0) return false;
      await transaction.insert(uploadParts).values({ uploadId, startByte, bytes, key });
      return true;
    }),
  );

/** In the order of their bytes. */
export const listUploadParts = (database: Database, uploadId: string): Promise<UploadPart[]> =>
  ask(
    database
      .select()
      .from(uploadParts)
      .where(eq(uploadParts.uploadId, uploadId))
      .orderBy(asc(uploadParts.startByte)),
  );

/** Notes that all of an upload has become a video; its parts are no longer needed. */
export const finishUpload = async (database: Database, id: string): Promise<void> => {
  await ask(
    database.transaction(async (transaction) => {
      await transaction
        .update(uploads)
        .set({ finishedAt: sql`now()` })
        .where(eq(uploads.id, id));
      await transaction.delete(uploadParts).where(eq(uploadParts.uploadId, id));
    }),
  );
};

export const deleteUpload = async (database: Database, id: string): Promise<void> => {
  await ask(database.delete(uploads).where(eq(uploads.id, id)));
};

/** Uploads whose time was over at `before`, the finished ones included. */
export const listExpiredUploads = (
  database: Database,
  before: Date,
  limit = 100,
): Promise<Upload[]> =>
  ask(
    database
      .select()
      .from(uploads)
      .where(lt(uploads.expiresAt, before))
      .orderBy(asc(uploads.expiresAt))
      .limit(limit),
  );
