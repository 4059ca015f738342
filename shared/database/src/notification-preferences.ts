import { and, eq, inArray } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import {
  type NotificationPreference,
  notificationPreferences,
} from './tables/notification-preferences.ts';

const COLUMNS = {
  kind: notificationPreferences.kind,
  inApp: notificationPreferences.inApp,
  push: notificationPreferences.push,
  quietFrom: notificationPreferences.quietFrom,
  quietUntil: notificationPreferences.quietUntil,
  timeZone: notificationPreferences.timeZone,
};

/** All that a person has said, or what bears on one kind. */
export const preferencesOf = (
  database: Database,
  { userId, kind }: { userId: string; kind?: string },
): Promise<NotificationPreference[]> =>
  ask(
    database
      .select(COLUMNS)
      .from(notificationPreferences)
      .where(
        and(
          eq(notificationPreferences.userId, userId),
          kind === undefined ? undefined : inArray(notificationPreferences.kind, ['*', kind]),
        ),
      )
      .orderBy(notificationPreferences.kind),
  );

/** In place of what the person has said of this kind before. */
export const setPreference = async (
  database: Database,
  { userId, ...preference }: NotificationPreference & { userId: string },
): Promise<void> => {
  await ask(
    database
      .insert(notificationPreferences)
      .values({ userId, ...preference })
      .onConflictDoUpdate({
        target: [notificationPreferences.userId, notificationPreferences.kind],
        set: preference,
      }),
  );
};
