import { z } from 'zod';
import { defineTask } from '../task.ts';
import { imagePolicy } from './variant-result.ts';

/** Adds an uploaded image to the index that finds similar ones. Safe to run twice. */
export const addToIqdb = defineTask({
  name: 'images.add-to-iqdb',
  queue: 'images',
  payload: z.strictObject({ imageId: z.string() }),
  result: z.strictObject({
    imageId: z.string(),
    /** What the index knows the image by. */
    number: z.int(),
  }),
  ...imagePolicy,
  python: { name: 'add_to_iqdb', args: ['imageId'] },
});
