import { PlatformError } from '@shared/errors';
import type { Logger } from '@shared/service';
import type { HeldJob } from './held-job.ts';
import type { Delivery } from './outbox.ts';

/** Redis is away or full: the job can be delivered later, and so could all others. */
const LATER: ReadonlySet<string> = new Set([
  'queue_unavailable',
  'queue_full',
  'storage_unavailable',
]);

export const isLater = (error: unknown): boolean =>
  error instanceof PlatformError && LATER.has(error.code);

/**
 * Delivers held jobs side by side, so that they share a script. One that will never be taken is told
 * apart, so that it holds up nobody else.
 */
export const deliverAll = async (
  jobs: readonly HeldJob[],
  { deliver, log }: { deliver(job: HeldJob): Promise<void>; log?: Logger | undefined },
): Promise<Delivery[]> => {
  const outcomes = await Promise.allSettled(jobs.map(deliver));
  return outcomes.map((outcome, i): Delivery => {
    if (outcome.status === 'fulfilled') return 'delivered';
    const error: unknown = outcome.reason;
    if (!(error instanceof PlatformError) || isLater(error)) return 'later';
    log?.error({ jobId: jobs[i]?.id, code: error.code, reason: error.why }, 'held job refused');
    return { refused: error.message };
  });
};
