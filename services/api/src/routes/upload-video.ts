import { randomUUID } from 'node:crypto';
import { type Database, deleteVideo } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { Storage } from '@shared/storage';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { parseRequest } from '../parse-request.ts';
import { contextOf } from '../request-context.ts';
import { acceptVideo, originalKey } from '../uploads/accept-video.ts';
import { receiveFile } from '../uploads/receive-file.ts';
import { videoQualities } from '../uploads/video-qualities.ts';
import { videoTypeOf } from '../uploads/video-type.ts';
import type { VideoFiles } from '../video-files.ts';
import { viewVideo } from '../video-view.ts';

export type VideoServices = {
  database: Database;
  producer: Producer;
  storage: Storage;
  callers: Callers;
  files: VideoFiles;
  maxVideoBytes: number;
};

const query = z.strictObject({ quality: videoQualities });

/**
 * `POST /videos/upload?quality=720p,480p` takes one video as multipart/form-data, in the field `video`,
 * and has it processed: 202 `{ videoId, jobId, statusUrl, video }`. All or nothing: if the job cannot be
 * enqueued, the video is not kept either.
 * Refusals: 400 `invalid_upload`, `invalid_request`, 401, 413 `upload_too_large`,
 * 415 `unsupported_video`, `unsupported_media_type`, 429 `rate_limited`, 503.
 */
export const uploadVideo =
  ({ database, producer, storage, callers, files, maxVideoBytes }: VideoServices): RequestHandler =>
  async (request, response) => {
    const user = await callers.person(request);
    const { log, traceParent } = contextOf(request);
    const { quality: qualities } = parseRequest(query, request.query);
    const id = randomUUID();
    const storageKey = originalKey(id);

    const received = await receiveFile(request, {
      storage,
      key: storageKey,
      maxBytes: maxVideoBytes,
      field: 'video',
      typeOf: videoTypeOf,
    });
    try {
      const { contentType, bytes, originalName = null } = received;
      const arrived = { id, ownerId: user.id, storageKey, contentType, bytes, originalName };
      const services = { database, producer, traceParent };
      const { video, job } = await acceptVideo({ ...arrived, qualities }, services);
      log.info({ videoId: id, bytes, contentType }, 'video uploaded');
      response.status(202).json({
        videoId: id,
        jobId: job.id,
        statusUrl: `/jobs/status/${job.id}`,
        video: viewVideo(video, { renditions: [], files }),
      });
    } catch (error) {
      // Each on its own: what made us fail may make one of them fail too.
      const undone = await Promise.allSettled([
        storage.delete(storageKey),
        deleteVideo(database, id),
      ]);
      for (const { reason } of undone.filter((step) => step.status === 'rejected')) {
        log.warn({ error: reason, videoId: id }, 'part of a failed upload is left behind');
      }
      throw error;
    }
  };
