import { z } from 'zod';
import { defineTask } from '../task.ts';
import { imagePolicy, variantResult } from './variant-result.ts';

/** Makes the 250×200 thumbnail of an uploaded image, cropped to cover. Safe to run twice. */
export const createThumbnail = defineTask({
  name: 'images.create-thumbnail',
  queue: 'images',
  payload: z.strictObject({ imageId: z.string() }),
  result: variantResult,
  ...imagePolicy,
  python: { name: 'create_thumbnail', args: ['imageId'] },
});
