import { z } from 'zod';
import { defineTask } from '../task.ts';
import { imagePolicy, variantResult } from './variant-result.ts';

/** Makes one scaled variant of an uploaded image, never larger than the original. Safe to run twice. */
export const createVariant = defineTask({
  name: 'images.create-variant',
  queue: 'images',
  payload: z.strictObject({
    imageId: z.string(),
    variant: z.enum(['medium', 'large']),
    format: z.enum(['jpeg', 'webp', 'avif']).default('jpeg'),
  }),
  result: variantResult,
  ...imagePolicy,
  python: { name: 'create_variant', args: ['imageId', 'variant', 'format'] },
});
