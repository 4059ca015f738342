import { z } from 'zod';
import { defineTask } from '../task.ts';
import { videoFacts, videoId, videoPath, videoPolicy } from './video-fields.ts';

/** The poster of a video and its thumbnails, asked for by `video.process-video`. Safe to run twice. */
export const makeStills = defineTask({
  name: 'video.make-stills',
  queue: 'video_renditions',
  payload: z.strictObject({
    videoId,
    videoPath,
    /** The job that waits for this one: when it ends, so does this. */
    parentJobId: z.string(),
    facts: videoFacts,
  }),
  result: z.strictObject({
    /** Keys in storage. */
    posterKey: z.string(),
    thumbnailsKey: z.string(),
  }),
  ...videoPolicy,
});
