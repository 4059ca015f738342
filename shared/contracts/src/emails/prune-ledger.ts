import { z } from 'zod';
import { defineTask } from '../task.ts';

/**
 * Forgets mails that were sent long ago. Failed jobs can be redriven for 14 days, so that the ledger
 * has to remember for longer than that. Safe to run twice.
 */
export const pruneEmailLedger = defineTask({
  name: 'emails.prune-ledger',
  queue: 'emails',
  payload: z.strictObject({ days: z.int().min(15).max(3_650).default(30) }),
  result: z.strictObject({ deliveries: z.int() }),
  timeoutMs: 120_000,
});
