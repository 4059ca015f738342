import { index, pgTable, text, timestamp, unique } from '../drizzle.ts';

export const PUSH_PROVIDERS = ['fcm', 'onesignal', 'webpush'] as const;

export type PushProvider = (typeof PUSH_PROVIDERS)[number];

export const devices = pgTable(
  'devices',
  {
    id: text().primaryKey(),
    userId: text('user_id').notNull(),
    provider: text({ enum: PUSH_PROVIDERS }).notNull(),
    /** FCM's registration token, OneSignal's subscription id, or the address of a push service. */
    token: text().notNull(),
    /** The browser's keys, of web push alone. */
    p256dh: text(),
    auth: text(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** When it was last registered. */
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique('devices_provider_token_key').on(table.provider, table.token),
    index('devices_user_id_idx').on(table.userId),
  ],
);

export type Device = typeof devices.$inferSelect;
