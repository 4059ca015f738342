import { z } from 'zod';
import { defineTask } from '../task.ts';
import {
  renditionResult,
  VIDEO_QUALITIES,
  videoId,
  videoPath,
  videoPolicy,
} from './video-fields.ts';

/**
 * Makes of one video an MP4 and an HLS stream for each quality, a poster, and thumbnails for seeking.
 * Never enlarges: qualities beyond the original's are left out. Each rendition is a job of its own,
 * and cancelling this one cancels them. Its half hour begins anew with every sign of life of theirs.
 * Safe to run twice.
 */
export const processVideo = defineTask({
  name: 'video.process-video',
  queue: 'video_processing',
  payload: z.strictObject({
    videoId,
    videoPath,
    /** Who may see the video. */
    userId: z.union([z.string().min(1).max(200), z.int().transform(String)]),
    processingOptions: z
      .strictObject({
        quality: z
          .array(z.enum(VIDEO_QUALITIES))
          .min(1)
          .default([...VIDEO_QUALITIES]),
      })
      .prefault({}),
  }),
  result: z.strictObject({
    videoId: z.string(),
    /** In pixels, upright. */
    width: z.int(),
    height: z.int(),
    durationSeconds: z.number(),
    /** The largest first. */
    renditions: z.array(renditionResult),
    /** Keys in storage: the HLS master playlist, an image, and WebVTT thumbnails. */
    masterKey: z.string(),
    posterKey: z.string(),
    thumbnailsKey: z.string(),
  }),
  ...videoPolicy,
  python: {
    name: 'backend_app.core.rq_tasks.process_video_job',
    args: ['videoId', 'videoPath', 'userId', 'processingOptions'],
  },
});
