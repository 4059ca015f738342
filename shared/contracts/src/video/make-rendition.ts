import { z } from 'zod';
import { defineTask } from '../task.ts';
import {
  renditionResult,
  VIDEO_QUALITIES,
  videoFacts,
  videoId,
  videoPath,
  videoPolicy,
} from './video-fields.ts';

/** One quality of a video, asked for by `video.process-video`. Safe to run twice. */
export const makeRendition = defineTask({
  name: 'video.make-rendition',
  // Not its parent's: parents wait for these, and would hold every place that these need.
  queue: 'video_renditions',
  payload: z.strictObject({
    videoId,
    videoPath,
    /** The job that waits for this one: when it ends, so does this. */
    parentJobId: z.string(),
    quality: z.enum(VIDEO_QUALITIES),
    facts: videoFacts,
  }),
  result: renditionResult,
  ...videoPolicy,
});
