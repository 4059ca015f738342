import { ask } from './ask.ts';
import type { ConnectedDatabase } from './connect-database.ts';
import type { Database } from './database.ts';
import { asc, eq, inArray, isNull, sql } from './drizzle.ts';
import { listenTo } from './listen-to.ts';
import { outboxRows } from './outbox-rows.ts';
import { jobOutbox } from './tables/job-outbox.ts';

/** A job as the queue keeps it, and what became of its delivery; see `Outbox` of `@shared/queue`. */
type HeldJob = { id: string; job: string };
type Delivery = 'delivered' | 'later' | { refused: string };

const CHANNEL = 'job_outbox';

/**
 * Takes the jobs that are enqueued with a transaction, as `enqueue(task, payload, { transaction:
 * outboxIn(transaction) })` does: they are there when it is committed, and never were when it is not.
 */
export const outboxIn = (transaction: Database) => ({
  async hold({ id, job }: HeldJob): Promise<void> {
    await ask(transaction.insert(jobOutbox).values({ id, job }).onConflictDoNothing());
    // Told when the transaction is committed.
    await tell(transaction);
  },
});

const tell = async (database: Database): Promise<void> => {
  await ask(database.execute(sql`select pg_notify(${CHANNEL}, '')`));
};

/** What a relay takes jobs from, and operators look into; see `OutboxSource` and `HeldStore` of `@shared/queue`. */
export const openOutbox = (database: ConnectedDatabase) => ({
  ...outboxRows(database, () => tell(database)),
  /** Rows that one relay holds are passed over by the others. */
  move: (limit: number, deliver: (jobs: HeldJob[]) => Promise<Delivery[]>): Promise<number> =>
    ask(
      database.transaction(async (transaction) => {
        const jobs = await ask(
          transaction
            .select({ id: jobOutbox.id, job: jobOutbox.job })
            .from(jobOutbox)
            .where(isNull(jobOutbox.refused))
            .orderBy(asc(jobOutbox.position))
            .limit(limit)
            .for('update', { skipLocked: true }),
        );
        if (jobs.length === 0) return 0;
        await settle(transaction, jobs, await deliver(jobs));
        return jobs.length;
      }),
    ),
  listen: (onJobs: () => void) => listenTo(database, CHANNEL, onJobs),
});

const settle = async (
  transaction: Database,
  jobs: readonly HeldJob[],
  deliveries: readonly Delivery[],
) => {
  const delivered = jobs.filter((_, i) => deliveries[i] === 'delivered').map(({ id }) => id);
  if (delivered.length > 0) {
    await ask(transaction.delete(jobOutbox).where(inArray(jobOutbox.id, delivered)));
  }
  for (const [i, { id }] of jobs.entries()) {
    const delivery = deliveries[i];
    if (typeof delivery !== 'object') continue;
    const { refused } = delivery;
    await ask(transaction.update(jobOutbox).set({ refused }).where(eq(jobOutbox.id, id)));
  }
};
