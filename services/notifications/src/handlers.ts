import type { Implementation } from '@shared/queue';
import type { NoticeBoard } from './notify.ts';
import type { PushOffice } from './push-to-devices.ts';
import { createCleanupOldNotifications } from './tasks/cleanup-old-notifications.ts';
import { createSendNewFollowerNotification } from './tasks/send-new-follower-notification.ts';
import { createSendNotification } from './tasks/send-notification.ts';
import { createSendPush } from './tasks/send-push.ts';

/** Everything that this service does. */
export const createHandlers = (options: NoticeBoard & PushOffice): Implementation[] => [
  createSendNewFollowerNotification(options),
  createSendNotification(options),
  createSendPush(options),
  createCleanupOldNotifications(options),
];
