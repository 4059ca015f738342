import { listRenditions } from '@shared/database';
import type { RequestHandler } from 'express';
import { viewVideo } from '../video-view.ts';
import { visibleVideo } from '../visible-video.ts';
import type { VideoServices } from './upload-video.ts';

/**
 * `GET /videos/:id` tells of a video and of what is ready of it: 200 `{ video }`.
 * Refusals: 401, 404 `video_not_found`, also for a video of somebody else.
 */
export const showVideo =
  ({
    database,
    callers,
    files,
  }: Pick<VideoServices, 'database' | 'callers' | 'files'>): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const video = await visibleVideo(database, request.params.id, caller);
    const renditions = await listRenditions(database, video.id);
    response.json({ video: viewVideo(video, { renditions, files }) });
  };
