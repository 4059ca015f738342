import { and, eq, getTableColumns, lt, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { emailLedger } from './tables/email-ledger.ts';

/** What the ledger knew about a job's mail before this attempt claimed it. */
export type DeliveryClaim =
  | 'new'
  /** The attempt with this fence began to send and never said how it ended. */
  | { status: 'sending'; fence: number; provider: string | null }
  | { status: 'sent'; messageId: string; provider: string };

/**
 * Notes, before the mail goes out, that this attempt begins to send it. A claim that an attempt left
 * behind passes to the newer one; an older attempt never takes it back, and sees the newer's fence.
 */
export const claimDelivery = (
  database: Database,
  { jobId, task, fence }: { jobId: string; task: string; fence: number },
): Promise<DeliveryClaim> =>
  ask(
    database.transaction(async (transaction) => {
      const [entry] = await transaction
        .insert(emailLedger)
        .values({ jobId, task, status: 'sending', fence })
        // Changes nothing, but locks the row that is there and returns it.
        .onConflictDoUpdate({ target: emailLedger.jobId, set: { jobId } })
        .returning({
          ...getTableColumns(emailLedger),
          // A row that this statement inserted has never been locked or changed by anybody.
          inserted: sql<boolean>`xmax = 0`,
        });
      if (entry === undefined || entry.inserted) return 'new';
      if (entry.status === 'sent') {
        const { messageId, provider } = entry;
        return { status: 'sent', messageId: messageId ?? '', provider: provider ?? '' };
      }
      await transaction
        .update(emailLedger)
        .set({ fence, updatedAt: sql`now()` })
        .where(and(eq(emailLedger.jobId, jobId), lt(emailLedger.fence, fence)));
      return { status: 'sending', fence: entry.fence, provider: entry.provider };
    }),
  );

/** Notes that a provider accepted the mail. That is a fact, whichever attempt found it out: the first stays. */
export const confirmDelivery = async (
  database: Database,
  { jobId, messageId, provider }: { jobId: string; messageId: string; provider: string },
): Promise<void> => {
  await ask(
    database
      .update(emailLedger)
      .set({ status: 'sent', messageId, provider, updatedAt: sql`now()` })
      .where(and(eq(emailLedger.jobId, jobId), eq(emailLedger.status, 'sending'))),
  );
};

/** Takes a claim back after a refusal, when the mail is known not to have gone out. */
export const releaseDelivery = async (
  database: Database,
  { jobId, fence }: { jobId: string; fence: number },
): Promise<void> => {
  await ask(
    database
      .delete(emailLedger)
      .where(
        and(
          eq(emailLedger.jobId, jobId),
          eq(emailLedger.status, 'sending'),
          eq(emailLedger.fence, fence),
        ),
      ),
  );
};

/** Notes which provider is about to be given the mail: if nobody can say how that ends, it goes there again. */
export const noteProvider = async (
  database: Database,
  { jobId, fence, provider }: { jobId: string; fence: number; provider: string },
): Promise<void> => {
  await ask(
    database
      .update(emailLedger)
      .set({ provider, updatedAt: sql`now()` })
      .where(
        and(
          eq(emailLedger.jobId, jobId),
          eq(emailLedger.status, 'sending'),
          eq(emailLedger.fence, fence),
        ),
      ),
  );
};

/** Forgets mails that no job can send again any more. */
export const deleteDeliveriesBefore = async (database: Database, before: Date): Promise<number> => {
  const { rowCount } = await ask(
    database.delete(emailLedger).where(lt(emailLedger.updatedAt, before)),
  );
  return rowCount ?? 0;
};
