import { StaleAttemptError } from '@shared/errors';
import { eq, lt, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { pushLedger } from './tables/push-ledger.ts';

/** The devices that have been sent the push message of a job. */
export const devicesSentTo = async (database: Database, jobId: string): Promise<Set<string>> => {
  const rows = await ask(
    database
      .select({ deviceId: pushLedger.deviceId })
      .from(pushLedger)
      .where(eq(pushLedger.jobId, jobId)),
  );
  return new Set(rows.map(({ deviceId }) => deviceId));
};

/**
 * Notes that devices were sent the push message of a job.
 *
 * @throws {StaleAttemptError} a newer attempt of the job has sent to one of them.
 */
export const recordPushes = async (
  database: Database,
  { jobId, fence, deviceIds }: { jobId: string; fence: number; deviceIds: readonly string[] },
): Promise<void> => {
  if (deviceIds.length === 0) return;
  const written = await ask(
    database
      .insert(pushLedger)
      .values(deviceIds.map((deviceId) => ({ jobId, deviceId, fence })))
      .onConflictDoUpdate({
        target: [pushLedger.jobId, pushLedger.deviceId],
        set: { fence, sentAt: sql`now()` },
        setWhere: sql`${pushLedger.fence} <= ${fence}`,
      })
      .returning({ deviceId: pushLedger.deviceId }),
  );
  if (written.length < deviceIds.length) throw new StaleAttemptError(jobId, fence);
};

export const deletePushesBefore = async (database: Database, before: Date): Promise<number> => {
  const { rowCount } = await ask(database.delete(pushLedger).where(lt(pushLedger.sentAt, before)));
  return rowCount ?? 0;
};
