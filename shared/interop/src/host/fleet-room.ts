import type { Fleet, Producer } from '@shared/queue';
import type { Logger } from '@shared/service';
import { createWaiting, type Room } from './room.ts';

/** How often the fleet is looked at while there is something to take. */
const LOOK_MS = 100;

/** Beyond a job for every slot, so that no slot waits for the next look. */
const AHEAD = 2;

/**
 * The room of all workers that serve some queues: as many jobs as they have slots, times two, less those
 * that wait or run already. A queue that nobody serves has none.
 */
export const createFleetRoom = ({
  fleet,
  producer,
  queues,
  log,
}: {
  fleet: Fleet;
  producer: Producer;
  queues: readonly string[];
  log: Logger;
}): Room & Disposable => {
  const { wake, change } = createWaiting();
  let free = 0;
  let looking = false;

  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      free = await measure({ fleet, producer, queues });
      if (free > 0) wake();
    } catch (error) {
      log.warn({ error }, 'room in the fleet could not be measured');
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  void look();

  return {
    change,
    free: () => free,
    took: (jobIds) => {
      free = Math.max(free - jobIds.length, 0);
    },
    lost: (jobIds) => {
      free += jobIds.length;
      wake();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};

const measure = async ({
  fleet,
  producer,
  queues,
}: {
  fleet: Fleet;
  producer: Producer;
  queues: readonly string[];
}): Promise<number> => {
  const [workers, counts] = await Promise.all([fleet.workers(), producer.queueCounts()]);
  const serving = workers.filter(
    (worker) => worker.state === 'running' && worker.queues.some((queue) => queues.includes(queue)),
  );
  const slots = serving.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const held = queues
    .map((queue) => counts[queue])
    .reduce((sum, of) => sum + (of === undefined ? 0 : of.queued + of.in_progress), 0);
  return Math.max(slots * AHEAD - held, 0);
};
