import { z } from 'zod';

const slots = z.int().min(1).max(10_000);

/** Between how many slots a worker chooses by itself. */
export type AutoscaleRange = { max: number; min: number };

export const autoscaleRange: z.ZodType<AutoscaleRange> = z
  .strictObject({ max: slots, min: slots })
  .refine(({ max, min }) => min <= max, { message: 'min is above max', path: ['min'] });
