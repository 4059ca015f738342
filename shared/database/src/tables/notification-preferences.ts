import { boolean, integer, pgTable, primaryKey, text } from '../drizzle.ts';

export const notificationPreferences = pgTable(
  'notification_preferences',
  {
    userId: text('user_id').notNull(),
    /** `*` for all kinds. */
    kind: text().notNull(),
    inApp: boolean('in_app'),
    push: boolean(),
    /** In minutes of the day, in `timeZone`; from 22:00 until 07:00 passes midnight. */
    quietFrom: integer('quiet_from'),
    quietUntil: integer('quiet_until'),
    /** As in `Europe/Berlin`. */
    timeZone: text('time_zone'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.kind] })],
);

/** What a person has said of one kind; null is "as `*` says". */
export type NotificationPreference = Omit<typeof notificationPreferences.$inferSelect, 'userId'>;
