import { and, asc, count, desc, eq, gt, inArray, isNull, lt, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Notification, notifications } from './tables/notifications.ts';

type NewNotification = Pick<Notification, 'userId' | 'kind' | 'title' | 'body' | 'link' | 'jobId'>;

/**
 * Keeps a notification, once for its job and person. Those of one person are written in turn, so that
 * none can be seen before one with a lower id: who has read up to an id has missed nothing below it.
 *
 * @returns false if an earlier attempt of the job has kept it.
 */
export const keepNotification = (
  database: Database,
  notification: NewNotification,
): Promise<boolean> =>
  ask(
    database.transaction(async (transaction) => {
      await transaction.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${notification.userId}, 6))`,
      );
      const written = await transaction
        .insert(notifications)
        .values(notification)
        .onConflictDoNothing();
      return (written.rowCount ?? 0) > 0;
    }),
  );

/** A page of a person's notifications, the newest first. */
export const listNotifications = (
  database: Database,
  { userId, before, limit }: { userId: string; before?: number | undefined; limit: number },
): Promise<Notification[]> =>
  ask(
    database
      .select()
      .from(notifications)
      .where(
        and(
          eq(notifications.userId, userId),
          before === undefined ? undefined : lt(notifications.id, before),
        ),
      )
      .orderBy(desc(notifications.id))
      .limit(limit),
  );

/** What came after the one with this id, in its order. */
export const notificationsAfter = (
  database: Database,
  { userId, after, limit }: { userId: string; after: number; limit: number },
): Promise<Notification[]> =>
  ask(
    database
      .select()
      .from(notifications)
      .where(and(eq(notifications.userId, userId), gt(notifications.id, after)))
      .orderBy(asc(notifications.id))
      .limit(limit),
  );

/** The id of a person's newest notification, and how many are unread. */
export const notificationState = async (
  database: Database,
  userId: string,
): Promise<{ lastId: number; unread: number }> => {
  const [row] = await ask(
    database
      .select({
        lastId: sql<number>`coalesce(max(${notifications.id}), 0)`.mapWith(Number),
        unread: sql<number>`count(*) filter (where ${notifications.readAt} is null)`.mapWith(
          Number,
        ),
      })
      .from(notifications)
      .where(eq(notifications.userId, userId)),
  );
  return row!; // Counting always answers one row.
};

export const countUnread = async (database: Database, userId: string): Promise<number> => {
  const [row] = await ask(
    database
      .select({ unread: count() })
      .from(notifications)
      .where(and(eq(notifications.userId, userId), isNull(notifications.readAt))),
  );
  return row?.unread ?? 0;
};

/** Marks a person's own as read: those with the ids, or all. @returns how many were unread. */
export const markRead = async (
  database: Database,
  { userId, ids }: { userId: string; ids: readonly number[] | 'all' },
): Promise<number> => {
  const written = await ask(
    database
      .update(notifications)
      .set({ readAt: sql`now()` })
      .where(
        and(
          eq(notifications.userId, userId),
          isNull(notifications.readAt),
          ids === 'all' ? undefined : inArray(notifications.id, [...ids]),
        ),
      ),
  );
  return written.rowCount ?? 0;
};

const BATCH = 5_000;

/** Deletes what is older, a batch at a time, so that nobody waits long for a lock. */
export const deleteNotificationsBefore = async (
  database: Database,
  before: Date,
): Promise<number> => {
  for (let deleted = 0; ;) {
    const batch = database
      .select({ id: notifications.id })
      .from(notifications)
      .where(lt(notifications.createdAt, before))
      .limit(BATCH);
    const { rowCount } = await ask(
      database.delete(notifications).where(inArray(notifications.id, batch)),
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return deleted;
  }
};
