import { StaleAttemptError } from '@shared/errors';
import { and, desc, eq, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type VideoRendition, videoRenditions } from './tables/video-renditions.ts';

/**
 * Records that a rendition lies in storage, in place of what an earlier attempt recorded.
 *
 * @throws {StaleAttemptError} a newer attempt has recorded it before.
 */
export const recordRendition = async (
  database: Database,
  rendition: Omit<VideoRendition, 'createdAt'>,
): Promise<void> => {
  const { videoId: _video, quality: _quality, ...made } = rendition;
  const written = await ask(
    database
      .insert(videoRenditions)
      .values(rendition)
      .onConflictDoUpdate({
        target: [videoRenditions.videoId, videoRenditions.quality],
        set: { ...made, createdAt: sql`now()` },
        setWhere: sql`${videoRenditions.fence} <= ${rendition.fence}`,
      })
      .returning({ videoId: videoRenditions.videoId }),
  );
  if (written.length === 0) throw new StaleAttemptError(rendition.jobId, rendition.fence);
};

export const findRendition = async (
  database: Database,
  videoId: string,
  quality: string,
): Promise<VideoRendition | undefined> => {
  const rows = await ask(
    database
      .select()
      .from(videoRenditions)
      .where(and(eq(videoRenditions.videoId, videoId), eq(videoRenditions.quality, quality))),
  );
  return rows[0];
};

/** The largest first. */
export const listRenditions = (database: Database, videoId: string): Promise<VideoRendition[]> =>
  ask(
    database
      .select()
      .from(videoRenditions)
      .where(eq(videoRenditions.videoId, videoId))
      .orderBy(desc(sql`${videoRenditions.width} * ${videoRenditions.height}`)),
  );

/** Forgets the renditions that one job made; what lies in storage is the caller's to delete. */
export const deleteRendition = async (
  database: Database,
  { videoId, quality, jobId }: { videoId: string; quality: string; jobId: string },
): Promise<void> => {
  await ask(
    database
      .delete(videoRenditions)
      .where(
        and(
          eq(videoRenditions.videoId, videoId),
          eq(videoRenditions.quality, quality),
          eq(videoRenditions.jobId, jobId),
        ),
      ),
  );
};
