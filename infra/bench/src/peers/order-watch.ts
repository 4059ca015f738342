import { type DrainClock, startDrainClock } from './drain-clock.ts';

/** Counts jobs, as the drain clock does, and those that came before their time. */
export const watchOrder = (
  queues: readonly string[],
  jobsEach: number,
): Pick<DrainClock, 'finished'> & { count(queue: string): void; outOfOrder(): number } => {
  const clock = startDrainClock(queues.length * jobsEach);
  const left = new Map(queues.map((queue) => [queue, jobsEach]));
  let outOfOrder = 0;
  return {
    finished: clock.finished,
    outOfOrder: () => outOfOrder,
    count(queue) {
      for (const [earlier, jobs] of left) {
        if (earlier === queue) break;
        if (jobs > 0) {
          outOfOrder += 1;
          break;
        }
      }
      left.set(queue, (left.get(queue) ?? 0) - 1);
      clock.count();
    },
  };
};
