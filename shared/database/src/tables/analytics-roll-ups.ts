import { bigint, date, pgTable, primaryKey, text, timestamp } from '../drizzle.ts';

/** Every day (UTC) that has events, and how far its roll-ups are behind them. */
export const analyticsDays = pgTable('analytics_days', {
  day: date().primaryKey(),
  /** Grows with each INSERT of events of the day. */
  version: bigint({ mode: 'number' }).notNull().default(1),
  /** The version whose events the roll-ups hold at least. */
  rolledUpVersion: bigint('rolled_up_version', { mode: 'number' }).notNull().default(0),
  rolledUpAt: timestamp('rolled_up_at', { withTimezone: true }),
});

const counts = {
  eventType: text('event_type').notNull(),
  events: bigint({ mode: 'number' }).notNull(),
  /** Different ones. */
  users: bigint({ mode: 'number' }).notNull(),
};

export const analyticsHourly = pgTable(
  'analytics_hourly',
  { hour: timestamp({ withTimezone: true }).notNull(), ...counts },
  (table) => [primaryKey({ columns: [table.hour, table.eventType] })],
);

export const analyticsDaily = pgTable(
  'analytics_daily',
  { day: date().notNull(), ...counts },
  (table) => [primaryKey({ columns: [table.day, table.eventType] })],
);
