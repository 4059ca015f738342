import { InvalidOptionError } from '@shared/errors';
import { unpackJob } from './held-job.ts';
import type { HeldSelection, HeldStore, StoredHeld } from './held-store.ts';

/** A job that is enqueued and not in its queue yet, as operators see it: without its payload. */
export type HeldJobView = {
  where: HeldPlace;
  jobId: string;
  /** Null, as the next two are, for what no producer of this release has kept. */
  task: string | null;
  queue: string | null;
  enqueuedAt: Date | null;
  /** Why it will never be taken; null while it waits. */
  refused: string | null;
};

export type HeldPlace = 'outbox' | 'spool';

export type HeldOutcome = {
  jobs: { where: HeldPlace; jobId: string }[];
  /** Ids of which no refused job is held. */
  unknown: string[];
};

/** Jobs in outboxes and spools: those that wait, and those that were refused. */
export type HeldJobs = {
  /** The oldest of each place first; refused ones only, if told. */
  list(options?: { refused?: boolean; limit?: number }): Promise<HeldJobView[]>;
  count(): Promise<{ where: HeldPlace; waiting: number; refused: number }[]>;
  /** Has refused jobs delivered anew: for when what was in their way is gone. */
  redrive(selection: HeldSelection): Promise<HeldOutcome>;
  /** Deletes refused jobs for good. */
  delete(selection: HeldSelection): Promise<HeldOutcome>;
};

const MAX_LISTED = 1_000;

export const openHeldJobs = (places: {
  [Place in HeldPlace]?: HeldStore | undefined;
}): HeldJobs => {
  const stores = (['outbox', 'spool'] as const).flatMap((where) => {
    const store = places[where];
    return store === undefined ? [] : [{ where, store }];
  });

  const act = async (verb: 'retry' | 'remove', selection: HeldSelection): Promise<HeldOutcome> => {
    const jobs: HeldOutcome['jobs'] = [];
    for (const { where, store } of stores) {
      const found = await store[verb](selection);
      jobs.push(...found.map((jobId) => ({ where, jobId })));
    }
    const known = new Set(jobs.map(({ jobId }) => jobId));
    const unknown = selection === 'all' ? [] : selection.filter((id) => !known.has(id));
    return { jobs, unknown };
  };

  return {
    async list({ refused = false, limit = 100 } = {}) {
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED) {
        throw new InvalidOptionError(
          'limit',
          `${limit} is out of range`,
          `Give 1 to ${MAX_LISTED}.`,
        );
      }
      const lists = await Promise.all(
        stores.map(async ({ where, store }) =>
          (await store.list({ refused, limit })).map((stored) => viewOf(where, stored)),
        ),
      );
      return lists.flat().slice(0, limit);
    },
    count: () =>
      Promise.all(stores.map(async ({ where, store }) => ({ where, ...(await store.count()) }))),
    redrive: (selection) => act('retry', selection),
    delete: (selection) => act('remove', selection),
  };
};

const viewOf = (where: HeldPlace, { held, refused }: StoredHeld): HeldJobView => {
  const job = jobOf(held);
  return {
    where,
    jobId: held.id,
    task: job?.task ?? null,
    queue: job?.queue ?? null,
    enqueuedAt: job === undefined ? null : new Date(job.enqueuedAt),
    refused,
  };
};

const jobOf = (held: StoredHeld['held']) => {
  try {
    return unpackJob(held).job;
  } catch {
    return undefined; // Another release's: that it is there is all that can be said.
  }
};
