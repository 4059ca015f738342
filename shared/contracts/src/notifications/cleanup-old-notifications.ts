import { z } from 'zod';
import { defineTask } from '../task.ts';

/** Deletes old notifications, read or not, and what is known of old push messages. Safe to run twice. */
export const cleanupOldNotifications = defineTask({
  name: 'notifications.cleanup-old-notifications',
  queue: 'notifications',
  payload: z.strictObject({ days: z.int().min(1).max(3_650).default(90) }),
  result: z.strictObject({ notifications: z.int(), pushes: z.int() }),
  timeoutMs: 120_000,
  python: { name: 'backend_app.core.celery_tasks.cleanup_old_notifications', args: ['days'] },
});
