import type { RateLimit } from '../pidbox/rate-limit.ts';
import type { TimeLimit } from '../take/hand-over.ts';

/** What commands have said about tasks of a kind; each worker's own, as in Celery. */
export type TaskLimits = {
  /** In how many ms one may start, 0 for now; takes the turn if it is now. */
  pass(task: string): number;
  /** Whether none of them may start now, without taking the turn. */
  holds(task: string): boolean;
  setRate(task: string, rate: RateLimit): void;
  /** As whoever set it wrote it; null where nobody did. */
  rateOf(task: string): string | null;
  timeOf(task: string): TimeLimit;
  setTime(task: string, limit: TimeLimit): void;
};

const NO_LIMIT: TimeLimit = { soft: null, hard: null };

export const createTaskLimits = (): TaskLimits => {
  const rates = new Map<string, RateLimit & { nextAt: number }>();
  const times = new Map<string, TimeLimit>();
  return {
    pass(task) {
      const rate = rates.get(task);
      if (rate === undefined || rate.perSecond === null) return 0;
      const now = Date.now();
      if (rate.nextAt > now) return rate.nextAt - now;
      // One at a time, evenly spread: what was not used is not saved up.
      rate.nextAt = now + 1_000 / rate.perSecond;
      return 0;
    },
    holds(task) {
      const { perSecond = null, nextAt = 0 } = rates.get(task) ?? {};
      return perSecond !== null && nextAt > Date.now();
    },
    setRate: (task, rate) =>
      void rates.set(task, { ...rate, nextAt: rates.get(task)?.nextAt ?? 0 }),
    rateOf: (task) => rates.get(task)?.shown ?? null,
    timeOf: (task) => times.get(task) ?? NO_LIMIT,
    setTime: (task, limit) => void times.set(task, limit),
  };
};
