import type { Fleet, Producer } from '@shared/queue';
import type { Logger } from '@shared/service';
import { createWaiting, type Room } from './room.ts';
import type { ProtocolSide } from './side.ts';

/** How old a look at the fleet may be, and how often it is looked at while somebody waits for room. */
const LOOK_MS = 100;

/** How soon a worker is found where there was none. */
const NOBODY_MS = 1_000;

/** Beyond a job for every slot, so that no slot waits for the next look. */
const AHEAD = 2;

/** What workers elsewhere have room for. */
export type FleetRoom = Disposable & {
  /**
   * Of the workers that answer a protocol's programs: as many jobs as they have slots, times two, less
   * those that wait or run already. Where nobody would answer nothing is taken.
   */
  of(origin: ProtocolSide['origin']): Room;
};

/** @param options.queues those that the jobs go to; one that nobody serves has no room. */
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
}): FleetRoom => {
  const { wake, change, isAwaited } = createWaiting();
  let seen: Measure = { workers: 0, held: 0, slots: {} };
  let seenAt = -Infinity;
  let taken = 0;
  let looking = false;
  let next: NodeJS.Timeout | undefined;
  const spoken = new Set<string>();
  const silent = new Set<string>();

  const warn = () => {
    for (const origin of spoken) {
      const nobody = seen.workers > 0 && seen.slots[origin] === undefined;
      if (nobody && !silent.has(origin)) log.warn({ origin }, NOBODY_ANSWERS);
      if (nobody) silent.add(origin);
      else silent.delete(origin);
    }
  };

  const look = async () => {
    if (looking) return;
    looking = true;
    clearTimeout(next);
    next = undefined;
    try {
      seen = await measure({ fleet, producer, queues });
      seenAt = Date.now();
      taken = 0;
      warn();
      wake();
    } catch (error) {
      log.warn({ error }, 'room in the fleet could not be measured');
    } finally {
      looking = false;
    }
    if (isAwaited()) lookLater();
  };

  const lookLater = () => {
    if (looking) return;
    next ??= setTimeout(() => void look(), seen.workers === 0 ? NOBODY_MS : LOOK_MS);
  };

  /** While nothing comes nobody asks, and nothing is looked at. */
  const isFresh = () => {
    const fresh = Date.now() - seenAt < LOOK_MS;
    if (!fresh) void look();
    return fresh;
  };

  return {
    of: (origin) => {
      spoken.add(origin);
      return {
        change: (signal) => {
          lookLater();
          return change(signal);
        },
        free: () =>
          isFresh() ? Math.max((seen.slots[origin] ?? 0) * AHEAD - seen.held - taken, 0) : 0,
        took: (jobIds) => {
          taken += jobIds.length;
        },
        lost: (jobIds) => {
          taken -= jobIds.length;
          wake();
        },
        refused: () => undefined,
      };
    },
    [Symbol.dispose]: () => clearTimeout(next),
  };
};

const NOBODY_ANSWERS =
  "no worker answers these programs, so that nothing is taken for them: start the services' workers " +
  'with the same address of their Redis as the bridge';

type Measure = { workers: number; held: number; slots: Readonly<Record<string, number>> };

const measure = async ({
  fleet,
  producer,
  queues,
}: {
  fleet: Fleet;
  producer: Producer;
  queues: readonly string[];
}): Promise<Measure> => {
  const [workers, counts] = await Promise.all([fleet.workers(), producer.queueCounts()]);
  const serving = workers.filter(
    (worker) => worker.state === 'running' && worker.queues.some((queue) => queues.includes(queue)),
  );
  const slots: Record<string, number> = {};
  for (const { origins, concurrency } of serving) {
    for (const origin of origins) slots[origin] = (slots[origin] ?? 0) + concurrency;
  }
  const held = queues
    .map((queue) => counts[queue])
    .reduce((sum, of) => sum + (of === undefined ? 0 : of.queued + of.in_progress), 0);
  return { workers: serving.length, held, slots };
};
