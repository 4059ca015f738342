import { type Database, findVideo, type Video } from '@shared/database';
import type { Caller } from './callers.ts';
import { VideoNotFoundError } from './errors/video-not-found-error.ts';

const VIDEO_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * A video that the caller may see: their own, or any for operators.
 *
 * @throws {VideoNotFoundError} also for a video of somebody else.
 */
export const visibleVideo = async (
  database: Database,
  id: string,
  caller: Caller,
): Promise<Video> => {
  const video = VIDEO_ID.test(id) ? await findVideo(database, id) : undefined;
  if (video === undefined || !(caller.operator || video.ownerId === caller.owner)) {
    throw new VideoNotFoundError();
  }
  return video;
};
