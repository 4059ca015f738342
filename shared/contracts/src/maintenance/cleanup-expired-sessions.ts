import { z } from 'zod';
import { defineTask } from '../task.ts';

/** Deletes sessions and password resets whose time is over. Safe to run twice. */
export const cleanupExpiredSessions = defineTask({
  name: 'sessions.cleanup-expired',
  queue: 'maintenance',
  payload: z.strictObject({}),
  result: z.strictObject({ sessions: z.int(), passwordResets: z.int() }),
  timeoutMs: 120_000,
  python: { name: 'cleanup_expired_sessions', args: [] },
});
