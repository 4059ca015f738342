import type { HeldJob } from './held-job.ts';

/**
 * Where jobs go that are enqueued within a database transaction, as `outboxIn(transaction)` of
 * `@shared/database` makes it: what the transaction undoes was never enqueued.
 */
export type Outbox = {
  /** Keeps the job, once for each id. */
  hold(job: HeldJob): Promise<void>;
};

/** What became of one job that was to be delivered. */
export type Delivery = 'delivered' | 'later' | { refused: string };

/** What a relay takes jobs from; several relays may share one. */
export type OutboxSource = {
  /**
   * Hands up to `limit` jobs to `deliver`, the oldest first and none to two relays at once, and forgets
   * those that are delivered. Resolves to how many were handed out.
   */
  move(limit: number, deliver: (jobs: HeldJob[]) => Promise<Delivery[]>): Promise<number>;
  /** Calls back when there may be new jobs; polling goes on beside it. */
  listen(onJobs: () => void): AsyncDisposable;
};
