import { count, eq, sql, sum } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { imageRatings, imageVotes, ratingTotals } from './tables/image-ratings.ts';

/** What people think of an image. */
export type Rating = {
  votes: number;
  /** Of the votes there are; null without any. */
  average: number | null;
  /**
   * The average with the whole collection's taste as its prior: as if each image began with as many
   * votes as a rated image has on average, at the average score of all votes. Few votes move it little.
   * Null while nobody has voted for anything.
   */
  bayesian: number | null;
};

/** Keeps a person's vote, in place of their earlier one. It counts once `recalculateRating` has run. */
export const recordVote = async (
  database: Database,
  { imageId, userId, score }: { imageId: string; userId: string; score: number },
): Promise<void> => {
  await ask(
    database
      .insert(imageVotes)
      .values({ imageId, userId, score })
      .onConflictDoUpdate({
        target: [imageVotes.imageId, imageVotes.userId],
        set: { score, updatedAt: sql`now()` },
      }),
  );
};

/**
 * Counts an image's votes anew, and corrects the totals of the collection by what has changed: all in
 * one transaction, one at a time for each image. Whoever votes before this begins is counted, and
 * repeating it changes nothing.
 */
export const recalculateRating = (database: Database, imageId: string): Promise<Rating> =>
  ask(
    database.transaction(async (transaction) => {
      await transaction.insert(imageRatings).values({ imageId }).onConflictDoNothing();
      const [before = NOTHING] = await transaction
        .select({ votes: imageRatings.votes, total: imageRatings.total })
        .from(imageRatings)
        .where(eq(imageRatings.imageId, imageId))
        .for('update');
      // Under the lock: a statement of its own sees every vote that was committed by now.
      const [now = { votes: 0, total: null }] = await transaction
        .select({ votes: count(), total: sum(imageVotes.score) })
        .from(imageVotes)
        .where(eq(imageVotes.imageId, imageId));
      const after = { votes: now.votes, total: Number(now.total ?? 0) };
      await transaction
        .update(imageRatings)
        .set({ ...after, updatedAt: sql`now()` })
        .where(eq(imageRatings.imageId, imageId));
      const change = {
        images: Number(after.votes > 0) - Number(before.votes > 0),
        votes: after.votes - before.votes,
        total: after.total - before.total,
      };
      // Last, because all images share this row: it is held for as long as the commit takes.
      const [totals = NO_TOTALS] = await transaction
        .update(ratingTotals)
        .set({
          images: sql`${ratingTotals.images} + ${change.images}`,
          votes: sql`${ratingTotals.votes} + ${change.votes}`,
          total: sql`${ratingTotals.total} + ${change.total}`,
        })
        .returning();
      return ratingOf(after, totals);
    }),
  );

/** As of the last time that the votes were counted, with the prior of this moment. */
export const findRating = async (database: Database, imageId: string): Promise<Rating> => {
  const [row] = await ask(
    database
      .select({
        votes: imageRatings.votes,
        total: imageRatings.total,
        totals: {
          images: ratingTotals.images,
          votes: ratingTotals.votes,
          total: ratingTotals.total,
        },
      })
      .from(ratingTotals)
      .leftJoin(imageRatings, eq(imageRatings.imageId, imageId)),
  );
  return ratingOf({ votes: row?.votes ?? 0, total: row?.total ?? 0 }, row?.totals ?? NO_TOTALS);
};

type Counts = { votes: number; total: number };

const NOTHING: Counts = { votes: 0, total: 0 };
const NO_TOTALS = { ...NOTHING, images: 0 };

const ratingOf = (
  { votes, total }: Counts,
  totals: Pick<typeof NO_TOTALS, 'images' | 'votes' | 'total'>,
): Rating => ({
  votes,
  average: votes === 0 ? null : total / votes,
  bayesian:
    totals.votes === 0
      ? null
      : (totals.total / totals.images + total) / (totals.votes / totals.images + votes),
});
