import type { RunTimes } from './run-times.ts';

/** How long this worker has yet to live, and what may still be started. */
export type Lifetime = {
  /** When it will be gone, in ms since the epoch; undefined if nobody has said. */
  endsAt(): number | undefined;
  /** It is shutting down and will be gone by then. */
  closeBy(atMs: number): void;
  /** Whether a run of this task, started now, is likely to end in time. */
  admits(task: string): boolean;
};

/**
 * A task whose runs outlast any worker's life would never start. It is given its fullest chance: it
 * may start in this first part of a life.
 */
const YOUTH = 0.1;

export const createLifetime = ({
  startedAt,
  deadlineAt,
  runTimes,
}: {
  /** In ms since the epoch, as all times here. */
  startedAt: number;
  deadlineAt: number | undefined;
  runTimes: Pick<RunTimes, 'p95'>;
}): Lifetime => {
  let closesAt: number | undefined;

  const mayTry = (p95: number, deadline: number, now: number) => {
    const life = deadline - startedAt;
    return p95 > life && now - startedAt <= life * YOUTH;
  };

  return {
    endsAt: () => closesAt ?? deadlineAt,
    closeBy: (atMs) => {
      closesAt = Math.min(atMs, deadlineAt ?? atMs);
    },
    admits(task) {
      const end = closesAt ?? deadlineAt;
      if (end === undefined) return true;
      const now = Date.now();
      const p95 = runTimes.p95(task);
      // Of an unknown task a worker that is shutting down starts nothing; one that lives tries it.
      if (p95 === undefined) return closesAt === undefined && now < end;
      if (now + p95 <= end) return true;
      return closesAt === undefined && mayTry(p95, end, now);
    },
  };
};
