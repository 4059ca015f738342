import type { HeldJob } from './held-job.ts';

/** Some jobs, by their ids, or all there are. */
export type HeldSelection = readonly string[] | 'all';

/**
 * Where held jobs are, for operators to look into: an outbox, as `openOutbox` of `@shared/database` opens
 * it, or a spool. A job that will never be taken is refused, and stays until somebody says what
 * becomes of it.
 */
export type HeldStore = {
  /** The oldest first; `refused` says why, null while it waits. */
  list(options: { refused: boolean; limit: number }): Promise<StoredHeld[]>;
  count(): Promise<{ waiting: number; refused: number }>;
  /** Has refused jobs delivered anew; resolves to the ids of those that were there. */
  retry(selection: HeldSelection): Promise<string[]>;
  /** Deletes refused jobs for good; resolves to the ids of those that were there. */
  remove(selection: HeldSelection): Promise<string[]>;
};

export type StoredHeld = { held: HeldJob; refused: string | null };
