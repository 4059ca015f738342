import { z } from 'zod';
import { defineTask } from '../task.ts';
import { notificationPolicy, notificationResult, userId } from './policy.ts';

/** Tells somebody that they are followed. Safe to run twice: one job tells a person once. */
export const sendNewFollowerNotification = defineTask({
  name: 'notifications.send-new-follower-notification',
  queue: 'notifications',
  payload: z.strictObject({ followerId: userId, followerName: z.string(), followedUserId: userId }),
  result: notificationResult,
  ...notificationPolicy,
  python: {
    name: 'backend_app.core.rq_tasks.send_new_follower_notification_job',
    args: ['followerId', 'followerName', 'followedUserId'],
  },
});
