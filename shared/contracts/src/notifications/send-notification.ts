import { z } from 'zod';
import { defineTask } from '../task.ts';
import { kind, notificationPolicy, notificationResult, userId } from './policy.ts';

/**
 * Tells a person something, in their list and on their devices, as far as they want that. Safe to run
 * twice: one job tells a person once.
 */
export const sendNotification = defineTask({
  name: 'notifications.send-notification',
  queue: 'notifications',
  payload: z.strictObject({
    userId,
    title: z.string().min(1).max(200),
    body: z.string().max(1_000).default(''),
    kind: kind.default('message'),
    /** Where a click leads: a path of the product, as in `/jobs/7`. */
    link: z
      .string()
      .max(500)
      .regex(/^\/(?!\/)/, 'must be a path that starts with one "/"')
      .optional(),
  }),
  result: notificationResult,
  ...notificationPolicy,
  python: {
    name: 'backend_app.core.rq_tasks.send_notification_job',
    args: ['userId', 'title', 'body', 'kind', 'link'],
  },
});
