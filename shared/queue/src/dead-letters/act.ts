import type { SearchAccess } from '../search/walk.ts';
import { select, type Selected, type Selection } from './select.ts';

/** What a redrive or a deletion did or, as a dry run, would do. */
export type BulkOutcome = {
  dryRun: boolean;
  /** Those that were touched, every one of them. */
  jobs: Selected[];
  skipped: Skipped[];
};

export type Skipped = {
  jobId: string;
  /**
   * `gone`: it is no dead letter (any more). `inputs_missing`: it failed since a job it waited for did;
   * redrive that one. `unique_key_held`: another job holds its unique key.
   */
  reason: 'gone' | 'inputs_missing' | 'unique_key_held';
  /** The job that holds the unique key. */
  heldBy?: string;
};

/** A script blocks Redis while it runs: 50 jobs are about 5 ms. */
const BATCH = 50;

/** As redrive.lua and bury.lua answer for each job. */
const skippedAs = (jobId: string, answer: string): Skipped | undefined => {
  const [kind, heldBy] = answer.split('\x1f');
  if (kind === 'done') return undefined;
  if (kind === 'inputs') return { jobId, reason: 'inputs_missing' };
  if (kind === 'held') return { jobId, reason: 'unique_key_held', heldBy: heldBy ?? '' };
  return { jobId, reason: 'gone' };
};

/**
 * Selects dead letters and runs a script on them, in batches.
 *
 * @param script gets the jobs' bases and the jobs with their base's index, from 1, and answers for each.
 */
export const actOn = async (
  access: SearchAccess,
  selection: Selection,
  dryRun: boolean,
  script: (
    bases: readonly string[],
    jobs: readonly { index: number; jobId: string; nth: number }[],
    total: number,
  ) => Promise<string[]>,
): Promise<BulkOutcome> => {
  const { selected, unknown } = await select(access, selection);
  const outcome: BulkOutcome = {
    dryRun,
    jobs: [],
    skipped: unknown.map((jobId) => ({ jobId, reason: 'gone' })),
  };
  for (let at = 0; at < selected.length; at += BATCH) {
    const batch = selected.slice(at, at + BATCH);
    const queues = [...new Set(batch.map(({ queue }) => queue))];
    const jobs = batch.map(({ queue, jobId }, i) => ({
      index: queues.indexOf(queue) + 1,
      jobId,
      nth: at + i,
    }));
    const answers = await script(queues.map(access.keys.base), jobs, selected.length);
    for (const [i, job] of batch.entries()) {
      const skipped = skippedAs(job.jobId, answers[i] ?? 'gone');
      if (skipped === undefined) outcome.jobs.push(job);
      else outcome.skipped.push(skipped);
    }
  }
  return outcome;
};
