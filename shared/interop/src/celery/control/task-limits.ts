import type { TimeLimit } from '../take/hand-over.ts';

/** What commands have said about tasks of a kind; each worker's own, as in Celery. */
export type TaskLimits = {
  /** In how many ms one may start, 0 for now; takes the turn if it is now. */
  pass(task: string): number;
  /** Null for none. */
  setRate(task: string, perSecond: number | null): void;
  rateOf(task: string): string | null;
  timeOf(task: string): TimeLimit;
  setTime(task: string, limit: TimeLimit): void;
};

const NO_LIMIT: TimeLimit = { soft: null, hard: null };

export const createTaskLimits = (): TaskLimits => {
  const rates = new Map<string, { perSecond: number; nextAt: number }>();
  const times = new Map<string, TimeLimit>();
  return {
    pass(task) {
      const rate = rates.get(task);
      if (rate === undefined) return 0;
      const now = Date.now();
      if (rate.nextAt > now) return rate.nextAt - now;
      // One at a time, evenly spread: what was not used is not saved up.
      rate.nextAt = now + 1_000 / rate.perSecond;
      return 0;
    },
    setRate(task, perSecond) {
      if (perSecond === null) rates.delete(task);
      else rates.set(task, { perSecond, nextAt: rates.get(task)?.nextAt ?? 0 });
    },
    rateOf: (task) => {
      const rate = rates.get(task);
      return rate === undefined ? null : `${rate.perSecond}/s`;
    },
    timeOf: (task) => times.get(task) ?? NO_LIMIT,
    setTime: (task, limit) => void times.set(task, limit),
  };
};
