import type { Worker as BullWorker } from 'bullmq';
import type { WorkerBackend } from '../engine/worker-backend.ts';

/** How many jobs a worker runs at once; may change while it works. */
export type Slots = {
  count(): number;
  /** More take effect at once, fewer as jobs end. */
  set(count: number): void;
};

export const createSlots = (bull: BullWorker, backend: WorkerBackend): Slots => ({
  count: () => bull.concurrency,
  set(count) {
    const before = bull.concurrency;
    bull.concurrency = count;
    backend.resize(count);
    if (count > before) wake(bull);
  },
});

/**
 * BullMQ looks at its concurrency when a job ends or its sleep is over. Its own `resume()` wakes the
 * loop in this way (worker.js, 6.7.0), but is for paused workers only.
 */
const wake = (bull: BullWorker) => {
  const { mainLoopQueue } = bull as unknown as {
    mainLoopQueue: { add(job: Promise<undefined>): void } | null;
  };
  mainLoopQueue?.add(Promise.resolve(undefined));
};
