import { isFinal } from '@shared/contracts';
import type { Attempt, Producer } from '@shared/queue';

/**
 * Cancels a job when the one that waits for it has ended, or is to end: its worker may have died before
 * it could tell. Nobody waits for a job whose parent is unknown, which is then an operator's own.
 */
export const endWithParent = (
  parentJobId: string,
  { jobId, log }: Pick<Attempt, 'jobId' | 'log'>,
  producer: Pick<Producer, 'jobById'>,
): Disposable => {
  const stop = new AbortController();
  const watch = async () => {
    const parent = await producer.jobById(parentJobId);
    for await (const { status, cancelReason } of parent.changes({ signal: stop.signal })) {
      if (!isFinal(status) && cancelReason === null) continue;
      const own = await producer.jobById(jobId);
      await own.cancel('the job that waited for it has ended');
      return;
    }
  };
  watch().catch((error: unknown) => log.debug({ error }, 'parent cannot be watched'));
  return { [Symbol.dispose]: () => stop.abort() };
};
