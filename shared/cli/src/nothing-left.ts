import { setTimeout as sleep } from 'node:timers/promises';
import type { Interop } from '@shared/interop';
import type { Worker } from '@shared/queue';

/** Between looks; one that sees something left costs the job that it sees nothing. */
const LOOK_MS = 20;

/** A job that goes from a queue to the worker, or back to be tried again, may be seen in neither place once. */
const QUIET_LOOKS = 2;

/** Resolves when the worker's queues are empty, those of other protocols too, and it runs nothing. */
export const untilNothingIsLeft = async ({
  worker,
  interop,
}: {
  worker: Worker;
  interop: Interop;
}): Promise<undefined> => {
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    // In the direction in which jobs go.
    const foreign = await interop.left();
    const counts = await worker.producer.queueCounts();
    const own = worker.queues.reduce((sum, queue) => sum + (counts[queue]?.queued ?? 0), 0);
    quiet = foreign + own + worker.running() === 0 ? quiet + 1 : 0;
    await sleep(LOOK_MS);
  }
};

/** Resolves when the worker, which was told to take nothing more, runs nothing. */
export const untilIdle = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (worker.running() > 0) return;
      stop();
      resolve();
    };
    const stop = worker.onReleased(look);
    look();
  });
