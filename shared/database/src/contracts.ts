import { StaleAttemptError } from '@shared/errors';
import { and, eq, lte, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Contract, contracts } from './tables/contracts.ts';

/**
 * The contract of a job: a new one with a number of its own, or the one that an earlier attempt of the
 * same job began.
 *
 * @throws {StaleAttemptError} a newer attempt has begun.
 */
export const beginContract = async (
  database: Database,
  { jobId, fence, ...facts }: Pick<Contract, 'clientId' | 'ownerUid' | 'jobId' | 'fence'>,
): Promise<Contract> => {
  const [row] = await ask(
    database
      .insert(contracts)
      .values({ ...facts, jobId, fence, status: 'drafting' })
      .onConflictDoUpdate({
        target: contracts.jobId,
        set: { fence },
        setWhere: lte(contracts.fence, fence),
      })
      .returning(),
  );
  if (row === undefined) throw new StaleAttemptError(jobId, fence);
  return row;
};

/**
 * Records that the PDF lies in storage.
 *
 * @throws {StaleAttemptError} a newer attempt of the same job has begun since.
 */
export const completeContract = async (
  database: Database,
  { id, jobId, fence }: Pick<Contract, 'id' | 'jobId' | 'fence'>,
  made: {
    storageKey: string;
    bytes: number;
    totalMinor: number;
    currency: string;
    linkHash: string;
    linkExpiresAt: Date;
  },
): Promise<void> => {
  const written = await ask(
    database
      .update(contracts)
      .set({ ...made, status: 'completed', completedAt: sql`now()` })
      .where(and(eq(contracts.id, id), eq(contracts.fence, fence)))
      .returning({ id: contracts.id }),
  );
  if (written.length === 0) throw new StaleAttemptError(jobId, fence);
};

export const findContract = async (
  database: Database,
  contractId: number,
): Promise<Contract | undefined> => {
  const rows = await ask(database.select().from(contracts).where(eq(contracts.id, contractId)));
  return rows[0];
};
