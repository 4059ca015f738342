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

/** Three attempts, and 5, 10 and 15 seconds between them for whoever asks for more; 5 minutes each. */
export const imagePolicy = {
  attempts: 3,
  backoff: { type: 'list', delaysMs: [5_000, 10_000, 15_000] },
  timeoutMs: 300_000,
} as const satisfies Partial<TaskPolicy>;
