import { StaleAttemptError } from '@shared/errors';
import { and, eq, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Video, videos } from './tables/videos.ts';

/** What is known of a video before it is processed. */
export type NewVideo = Pick<Video, 'id' | 'ownerId' | 'source'> &
  Partial<Pick<Video, 'contentType' | 'bytes' | 'originalName' | 'jobId'>>;

/** @returns the row of that id: the one there was, or the new one. */
export const ensureVideo = async (database: Database, video: NewVideo): Promise<Video> => {
  await ask(database.insert(videos).values(video).onConflictDoNothing());
  const found = await findVideo(database, video.id);
  return found!; // Rows are deleted only by the upload that could not enqueue its job.
};

export const findVideo = async (
  database: Database,
  videoId: string,
): Promise<Video | undefined> => {
  const rows = await ask(database.select().from(videos).where(eq(videos.id, videoId)));
  return rows[0];
};

/** Forgets a video and its renditions; what lies in storage is the caller's to delete. */
export const deleteVideo = async (database: Database, videoId: string): Promise<void> => {
  await ask(database.delete(videos).where(eq(videos.id, videoId)));
};

/** Notes the job that processes a video. */
export const setVideoJob = async (
  database: Database,
  videoId: string,
  jobId: string,
): Promise<void> => {
  await ask(database.update(videos).set({ jobId }).where(eq(videos.id, videoId)));
};

/**
 * Records that all of a video lies in storage.
 *
 * @throws {StaleAttemptError} a newer attempt has recorded it before.
 */
export const recordVideoReady = async (
  database: Database,
  { id, jobId, fence, ...made }: ReadyVideo,
): Promise<void> => {
  const written = await ask(
    database
      .update(videos)
      .set({ ...made, jobId, fence, readyAt: sql`now()` })
      .where(and(eq(videos.id, id), sql`${videos.fence} <= ${fence}`))
      .returning({ id: videos.id }),
  );
  if (written.length === 0) throw new StaleAttemptError(jobId, fence);
};

export type ReadyVideo = {
  id: string;
  jobId: string;
  fence: number;
  width: number;
  height: number;
  durationMs: number;
  masterKey: string;
  posterKey: string;
  thumbnailsKey: string;
};
