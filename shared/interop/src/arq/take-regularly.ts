import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../host/side.ts';
import type { FreshJobs } from './fresh.ts';
import { innerId } from './inner-id.ts';
import { LOCK_MS, RENEW_MS } from './lock.ts';
import type { ArqSettings } from './options.ts';
import type { ArqStore } from './store.ts';
import { createReceive } from './taking.ts';

/** As many in one script: 100 jobs are about 3 ms of Redis. */
const MOST = 100;

/** Fewer are not worth a script while there is much to do. */
const FEW = 8;

/** After trouble with Redis. */
const TROUBLE_MS = 1_000;

/** A lapsed lock is found by the next look; so long is it waited for room without one. */
const LONGEST_WAIT_MS = LOCK_MS;

/**
 * Takes what is due whenever there is room. ARQ's queue is a sorted set, which Redis cannot wait for
 * without taking from it: a queue is looked into at once after a job, then ever less often, at least every
 * `pollMs`.
 */
export const takeRegularly = ({
  store,
  settings,
  fresh,
  host,
}: {
  store: ArqStore;
  settings: ArqSettings;
  fresh: FreshJobs;
  host: Host;
}): AsyncDisposable & { held(): number } => {
  const { room, log } = host;
  const receive = createReceive({ store, settings, fresh, host });
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Taken and not yet begun, as far as it is known here. */
  const held = new Map<string, { id: string }>();

  const takeSome = async (): Promise<number> => {
    const taken = await store.take(Math.min(room.free(), MOST));
    await Promise.all(
      taken.map(async ({ id, ...job }) => {
        const jobId = innerId('arq', id);
        room.took([jobId]);
        held.set(id, { id });
        if (await receive({ id, ...job })) return;
        held.delete(id);
        room.lost([jobId]);
      }),
    );
    return taken.length;
  };

  const loop = async () => {
    let [waitMs, last] = [1, 0];
    while (!signal.aborted) {
      const free = room.free();
      if (free < 1) {
        await Promise.race([room.change(signal), pause(LONGEST_WAIT_MS, signal)]);
        continue;
      }
      // Slots become free one by one; a script for each of them would cost more than its job.
      if (free < FEW && last >= FEW) await pause(1, signal);
      try {
        last = await takeSome();
        if (last > 0) waitMs = 1;
        else await pause(waitMs, signal);
        waitMs = Math.min(waitMs * 2, settings.pollMs);
      } catch (error) {
        log.warn({ error }, 'jobs could not be taken from ARQ');
        await pause(TROUBLE_MS, signal);
      }
    }
  };

  /** What waits for a worker must not be taken by somebody else; one that runs renews by itself. */
  const holdOn = async () => {
    const waiting = [...held.values()].map(({ id }) => ({ id, fence: null }));
    if (waiting.length === 0) return;
    try {
      const still = await store.hold(waiting);
      for (const [at, { id }] of waiting.entries()) if (still[at] !== true) held.delete(id);
    } catch (error) {
      log.warn({ error }, 'locks in ARQ could not be renewed');
    }
  };

  const holding = setInterval(() => void holdOn(), RENEW_MS);
  const looping = loop();
  return {
    held: () => held.size,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await looping;
      clearInterval(holding);
    },
  };
};

const pause = (ms: number, signal: AbortSignal) =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
