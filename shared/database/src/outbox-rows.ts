import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { and, asc, inArray, isNotNull, isNull, sql } from './drizzle.ts';
import { jobOutbox } from './tables/job-outbox.ts';

type Selection = readonly string[] | 'all';

/** The outbox for operators to look into; see `HeldStore` of `@shared/queue`. */
export const outboxRows = (database: Database, told: () => Promise<void>) => {
  const count = async (state: typeof isNull) =>
    (
      await ask(
        database
          .select({ count: sql<string>`count(*)` })
          .from(jobOutbox)
          .where(state(jobOutbox.refused)),
      )
    )[0];

  return {
    async list({ refused, limit }: { refused: boolean; limit: number }) {
      const rows = await ask(
        database
          .select({ id: jobOutbox.id, job: jobOutbox.job, refused: jobOutbox.refused })
          .from(jobOutbox)
          .where(refused ? isNotNull(jobOutbox.refused) : undefined)
          .orderBy(asc(jobOutbox.position))
          .limit(limit),
      );
      return rows.map(({ id, job, refused: reason }) => ({ held: { id, job }, refused: reason }));
    },
    async count() {
      const [waiting, refused] = await Promise.all([count(isNull), count(isNotNull)]);
      return { waiting: Number(waiting?.count ?? 0), refused: Number(refused?.count ?? 0) };
    },
    async retry(selection: Selection): Promise<string[]> {
      const rows = await ask(
        database
          .update(jobOutbox)
          .set({ refused: null })
          .where(refusedOf(selection))
          .returning({ id: jobOutbox.id }),
      );
      await told();
      return rows.map(({ id }) => id);
    },
    async remove(selection: Selection): Promise<string[]> {
      const rows = await ask(
        database.delete(jobOutbox).where(refusedOf(selection)).returning({ id: jobOutbox.id }),
      );
      return rows.map(({ id }) => id);
    },
  };
};

const refusedOf = (selection: Selection) =>
  and(
    isNotNull(jobOutbox.refused),
    selection === 'all' ? undefined : inArray(jobOutbox.id, [...selection]),
  );
