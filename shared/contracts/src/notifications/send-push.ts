import { z } from 'zod';
import { defineTask } from '../task.ts';
import { notificationPolicy, userId } from './policy.ts';

/**
 * Sends a push message to all devices of a person. Safe to run twice: a device that has it is left
 * out, and one that may have it gets a message that takes the place of the first.
 */
export const sendPush = defineTask({
  name: 'notifications.send-push',
  queue: 'notifications',
  payload: z.strictObject({
    userId,
    title: z.string().min(1).max(200),
    body: z.string().max(1_000).default(''),
    /** For the app, beside what people see; push services carry text alone. */
    data: z
      .record(z.string().max(100), z.union([z.string().max(1_000), z.number(), z.boolean()]))
      .default({}),
  }),
  result: z.strictObject({
    /** Devices that were sent to, by this attempt or one before. */
    sent: z.int(),
    /** Devices that are gone, and were forgotten. */
    removed: z.int(),
    /** Devices that their push service refused for good. */
    refused: z.int(),
  }),
  ...notificationPolicy,
  python: {
    name: 'backend_app.core.rq_tasks.send_push_notification_job',
    args: ['userId', 'title', 'body', 'data'],
  },
});
