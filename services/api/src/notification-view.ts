import type { Notification } from '@shared/database';

/** A notification as its recipient sees it. */
export const viewNotification = ({
  id,
  kind,
  title,
  body,
  link,
  createdAt,
  readAt,
}: Notification) => ({
  id,
  kind,
  title,
  body,
  link,
  createdAt: createdAt.toISOString(),
  readAt: readAt?.toISOString() ?? null,
});
