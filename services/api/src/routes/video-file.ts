import type { RequestHandler } from 'express';
import { sendStored } from '../send-stored.ts';
import type { VideoServices } from './upload-video.ts';

/** What an address leads to never changes: a new run of the job makes new ones. */
const CACHE_CONTROL = 'private, max-age=43200, immutable';

/**
 * `GET /videos/:id/files/:token/*path` serves playlists, segments, MP4s and pictures of one video to
 * whoever has its addresses; ranges of bytes too, for players that seek.
 * Refusals: 403 `invalid_signature`, 404 `video_not_found`, `object_not_found`, 416.
 */
export const videoFile =
  ({
    storage,
    files,
  }: Pick<VideoServices, 'storage' | 'files'>): RequestHandler<{
    id: string;
    token: string;
    path: string[];
  }> =>
  async (request, response) => {
    const { id: videoId, token, path } = request.params;
    const key = files.keyOf({ videoId, token, path: path.join('/') });
    // For players on pages of others; what guards the file is its address.
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    await sendStored(request, response, { storage, key, cacheControl: CACHE_CONTROL });
  };
