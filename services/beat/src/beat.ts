import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Producer } from '@shared/queue';
import { createLease, createLedger, everySecond, type ScheduleEntry } from '@shared/schedule';
import type { Logger } from '@shared/service';
import { createLeadership, type Leadership } from './leadership.ts';
import { createTicker, type TickListener } from './ticker.ts';

/** A beat that has looked at the clock this long ago is not alive any more. */
const SILENCE_MS = 10_000;

export type Beat = AsyncDisposable & {
  role: Leadership['role'];
  /** A health check: fine for leader and follower alike, and says which of them this is. */
  health(): Promise<{ ok: true; role: string } | { ok: false; reason: string }>;
};

/**
 * Starts looking at the clock, once a second: of all beats on one Redis and prefix, the leader enqueues
 * what is due. Disposing hands the lead over.
 *
 * node-cron gives the seconds; which ticks are due is computed from the schedule and the last tick that
 * Redis knows of. So a second that was missed, a machine that slept and a change of leader are all the
 * same case: a tick that is due and not dealt with.
 *
 * @param options.leaseMs how long after the leader was last heard of another beat takes over.
 */
export const startBeat = ({
  schedule,
  prefix,
  producer,
  log,
  leaseMs = 15_000,
  onTick = () => undefined,
}: {
  schedule: readonly ScheduleEntry[];
  prefix: string;
  producer: Pick<Producer, 'enqueue' | 'redis'>;
  log: Logger;
  leaseMs?: number;
  onTick?: TickListener;
}): Beat => {
  const token = `${hostname()}:${process.pid}:${randomUUID()}`;
  const { redis } = producer;
  const lease = createLease({ redis, key: `{${prefix}}:beat-leader`, token, ttlMs: leaseMs });
  const ledger = createLedger({ redis, key: `{${prefix}}:beat-ticks` });
  const leadership = createLeadership({ lease, log });
  const onTimeMs = 2 * leaseMs;
  const ticker = createTicker({ schedule, ledger, producer, onTimeMs, onTick, log });
  let lastPulse = performance.now();

  const pulse = async () => {
    if (await leadership.hold()) await ticker.enqueueDue(new Date(), leadership.confirm);
    if (leadership.role() === 'follower') ticker.forget();
    lastPulse = performance.now();
  };

  const heart = everySecond(pulse, { log });
  return {
    role: leadership.role,
    health: async () =>
      performance.now() - lastPulse < SILENCE_MS
        ? { ok: true, role: leadership.role() }
        : { ok: false, reason: 'the clock has not been looked at for 10 seconds' },
    async [Symbol.asyncDispose]() {
      await heart[Symbol.asyncDispose]();
      await leadership.release();
    },
  };
};
