import { z } from 'zod';
import type { TaskPolicy } from '../task.ts';

/** What every mail task answers: the Message-ID and the provider that took the mail. */
export const deliveryResult = z.strictObject({ messageId: z.string(), provider: z.string() });

/** Mail servers come back within minutes, not seconds: five tries over about ten minutes. */
export const deliveryPolicy = {
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 5_000, maxDelayMs: 600_000, jitter: 0.2 },
  timeoutMs: 300_000,
  keepResultMs: 3_600_000,
} as const satisfies Partial<TaskPolicy>;
