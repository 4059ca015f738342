import { cleanupOldNotifications } from '@shared/contracts';
import { type Database, deleteNotificationsBefore, deletePushesBefore } from '@shared/database';
import { implement } from '@shared/queue';

const DAY_MS = 86_400_000;

export const createCleanupOldNotifications = ({ database }: { database: Database }) =>
  implement(cleanupOldNotifications, async ({ days }, { log }) => {
    const before = new Date(Date.now() - days * DAY_MS);
    const deleted = {
      notifications: await deleteNotificationsBefore(database, before),
      pushes: await deletePushesBefore(database, before),
    };
    log.info({ ...deleted, days }, 'old notifications deleted');
    return deleted;
  });
