import { z } from 'zod';
import { defineTask } from '../task.ts';
import { imagePolicy } from './variant-result.ts';

/**
 * Counts the votes for an image, and what they come to with the whole collection as prior. Safe to run
 * twice and side by side: votes are counted anew, one job at a time for each image.
 */
export const recalculateRating = defineTask({
  name: 'images.recalculate-rating',
  queue: 'images',
  payload: z.strictObject({ imageId: z.string() }),
  result: z.strictObject({
    imageId: z.string(),
    votes: z.int(),
    /** 1 to 5; null without votes. */
    average: z.number().nullable(),
    /** The same, pulled towards the collection's average, the less the more votes there are. */
    bayesian: z.number().nullable(),
  }),
  ...imagePolicy,
  python: { name: 'recalculate_rating', args: ['imageId'] },
});
