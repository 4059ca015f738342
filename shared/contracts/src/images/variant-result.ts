import { z } from 'zod';
import type { TaskPolicy } from '../task.ts';

/** A variant as it lies in storage. */
export const variantResult = z.strictObject({
  imageId: z.string(),
  variant: z.string(),
  /** The object's key in storage. */
  key: z.string(),
  contentType: z.string(),
  /** In pixels. */
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
});

/** Three attempts with 5 s and 10 s between them; 5 minutes each. */
export const imagePolicy = {
  attempts: 3,
  backoff: { type: 'linear', delayMs: 5_000 },
  timeoutMs: 300_000,
} as const satisfies Partial<TaskPolicy>;
