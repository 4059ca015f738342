import type { ArqJob } from './job.ts';
import { LOCK_MS } from './lock.ts';

/** What this process knows of a job that it took itself a moment ago. */
export type Fresh = { tryNumber: number; job: ArqJob };

/** Spares a worker that takes for itself from asking Redis what it was just told. */
export type FreshJobs = {
  note(id: string, fresh: Fresh): void;
  /** Once for each job, and only while its lock is certain to be ours. */
  take(id: string): Fresh | undefined;
};

const CERTAIN_MS = LOCK_MS / 3;
const MOST = 1_000;

export const createFreshJobs = (): FreshJobs => {
  const known = new Map<string, Fresh & { until: number }>();
  return {
    note(id, fresh) {
      if (known.size >= MOST) known.clear(); // They run elsewhere, or wait: then Redis is asked.
      known.set(id, { ...fresh, until: Date.now() + CERTAIN_MS });
    },
    take(id) {
      const fresh = known.get(id);
      known.delete(id);
      return fresh !== undefined && fresh.until > Date.now() ? fresh : undefined;
    },
  };
};
