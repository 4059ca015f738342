import { bigint, boolean, integer, pgTable, primaryKey, text, timestamp } from '../drizzle.ts';
import { images } from './images.ts';
import { users } from './users.ts';

/** What each person thinks of an image: one vote, which can be changed. */
export const imageVotes = pgTable(
  'image_votes',
  {
    imageId: text('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** 1 to 5. */
    score: integer().notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.imageId, table.userId] })],
);

const counts = {
  votes: bigint({ mode: 'number' }).notNull().default(0),
  /** The sum of their scores. */
  total: bigint({ mode: 'number' }).notNull().default(0),
};

/** An image's votes, counted. */
export const imageRatings = pgTable('image_ratings', {
  imageId: text('image_id')
    .primaryKey()
    .references(() => images.id, { onDelete: 'cascade' }),
  ...counts,
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});

/** The one row with the sum of all `image_ratings`. */
export const ratingTotals = pgTable('rating_totals', {
  one: boolean().primaryKey().default(true),
  /** Those with votes. */
  images: bigint({ mode: 'number' }).notNull().default(0),
  ...counts,
});
