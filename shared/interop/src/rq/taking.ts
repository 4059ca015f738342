import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../host/side.ts';
import type { createAfterwards } from './afterwards.ts';
import { watchArrivals } from './arrivals.ts';
import type { RqSettings } from './options.ts';
import type { Presence } from './presence.ts';
import { createReceive } from './receive.ts';
import type { RqRun, RqStore } from './redis/store.ts';

/** As RQ's own workers look whether they may go on. */
const SUSPENDED_MS = 1_000;

/** After trouble with RQ's Redis. */
const TROUBLE_MS = 1_000;

/** Takes jobs while there is room, the queues in strict order, until it is disposed. */
export type Taking = AsyncDisposable & {
  /** Taken here and not yet begun, as far as it is known. */
  held(): RqRun[];
  /** Looks no more after one that began. */
  forget(run: RqRun): void;
};

export const startTaking = ({
  store,
  settings,
  host,
  presence,
  afterwards,
}: {
  store: RqStore;
  settings: RqSettings;
  host: Host;
  presence: Presence;
  afterwards: ReturnType<typeof createAfterwards>;
}): Taking => {
  const { redisUrl, queues, name, log } = settings;
  const { room } = host;
  const receive = createReceive({ store, host, afterwards });
  const arrivals = watchArrivals({ redisUrl, queues, log });
  const stopping = new AbortController();
  const { signal } = stopping;
  const held = new Set<RqRun>();
  const deliveries = new Set<Promise<void>>();

  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);

  const takeSome = async (): Promise<'some' | 'none' | 'suspended'> => {
    const taken = await store.take(name, room.free());
    if (taken === 'suspended') return 'suspended';
    for (const job of taken) held.add(job);
    // Together: they are written in one batch. One that waits for its namesake does not hold up the rest.
    const delivered = taken.map(async (job) => {
      try {
        if (!(await receive(job, signal))) held.delete(job);
      } catch (error) {
        log.error({ jobId: job.id, error }, 'RQ job could not be brought in');
      }
    });
    for (const delivery of delivered) {
      deliveries.add(delivery);
      void delivery.then(() => deliveries.delete(delivery));
    }
    return taken.length > 0 ? 'some' : 'none';
  };

  const loop = async () => {
    while (!signal.aborted) {
      if (room.free() < 1) {
        await room.change(signal);
        continue;
      }
      try {
        const found = await takeSome();
        presence.suspended(found === 'suspended');
        if (found === 'none') await arrivals.next(signal);
        if (found === 'suspended') await pause(SUSPENDED_MS);
      } catch (error) {
        log.warn({ error }, 'jobs could not be taken from RQ');
        await pause(TROUBLE_MS);
      }
    }
  };

  const looping = loop();
  return {
    held: () => [...held],
    forget: ({ id, execution }) => {
      for (const run of held) if (run.id === id && run.execution === execution) held.delete(run);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await looping;
      arrivals[Symbol.dispose]();
      await Promise.all(deliveries);
    },
  };
};
