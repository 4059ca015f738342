import { queuesHolding } from '../jobs/locate.ts';
import { glanceAt, type JobSummary, MAX_GLANCES } from '../search/job-summary.ts';
import { findJobs } from '../search/search-jobs.ts';
import type { SearchAccess } from '../search/walk.ts';
import { type DeadLetterFilter, toJobFilter } from './dead-letter.ts';

/** Those a filter finds, or those of some ids. */
export type Selection = DeadLetterFilter | readonly string[];

/** A job that is to be acted on, as far as is known when it is selected. */
export type Selected = Pick<JobSummary, 'jobId' | 'queue' | 'task'> & { code: string };

const PAGE = 1_000;

/**
 * All dead letters of a filter, a page at a time. Those that fail while they are being looked through
 * are not among them.
 */
export const eachDeadLetter = async function* (
  access: SearchAccess,
  filter: DeadLetterFilter,
): AsyncGenerator<JobSummary[]> {
  const now = new Date();
  const until = filter.until !== undefined && filter.until < now ? filter.until : now;
  const wanted = toJobFilter({ ...filter, until });
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await findJobs(access, wanted, {
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.jobs;
    cursor = page.cursor;
  }
};

/** The dead letters of a selection, and the ids of it that no queue holds. */
export const select = async (
  access: SearchAccess,
  selection: Selection,
): Promise<{ selected: Selected[]; unknown: string[] }> => {
  if (isIds(selection)) return selectByIds(access, [...new Set(selection)]);
  const selected: Selected[] = [];
  for await (const jobs of eachDeadLetter(access, selection)) selected.push(...jobs.map(summed));
  return { selected, unknown: [] };
};

const isIds = (selection: Selection): selection is readonly string[] => Array.isArray(selection);

const summed = ({ jobId, queue, task, error }: JobSummary): Selected => ({
  jobId,
  queue,
  task,
  code: error?.code ?? 'failed',
});

const selectByIds = async (access: SearchAccess, ids: readonly string[]) => {
  const selected: Selected[] = [];
  const unknown: string[] = [];
  for (let at = 0; at < ids.length; at += MAX_GLANCES) {
    const chunk = ids.slice(at, at + MAX_GLANCES);
    const queues = await Promise.all(
      chunk.map((id) => queuesHolding(access.redis, access.keys, id)),
    );
    const refs = chunk.map((id, i) => `${queues[i]?.[0] ?? ''}:${id}`);
    const placed = await glanceAt(access, refs);
    for (const [i, id] of chunk.entries()) {
      const found = placed[i];
      if (found === undefined) unknown.push(id);
      else selected.push(summed(found.job));
    }
  }
  return { selected, unknown };
};
