import type { Logger } from '@shared/service';
import type { Slots } from '../worker/slots.ts';
import { autoscale, type AutoscaleState } from './autoscale.ts';
import type { AutoscaleRange } from './autoscale-range.ts';
import { openLoadMeter } from './load-meter.ts';

export type Autoscaler = Disposable & {
  range(): AutoscaleRange | null;
  /** Null: the number of slots stays as it is. */
  set(range: AutoscaleRange | null): void;
};

const DECIDE_EVERY_MS = 1_000;

/** How often it is looked how many jobs run, between two decisions. */
const LOOK_EVERY_MS = 100;

/**
 * Lets the number of slots follow how long jobs wait. Asks Redis only while all slots are taken; costs
 * nothing while it is off.
 */
export const createAutoscaler = ({
  slots,
  running,
  queueWait,
  log,
}: {
  slots: Slots;
  /** How many jobs run now. */
  running(): number;
  queueWait: { read(): Promise<number>; forget(): void };
  log: Logger;
}): Autoscaler => {
  let range: AutoscaleRange | null = null;
  let stop: (() => void) | undefined;

  const start = () => {
    const meter = openLoadMeter();
    let state: AutoscaleState = { idleSinceMs: undefined };
    let busiest = 0;
    let deciding = false;

    const decide = async () => {
      const concurrency = slots.count();
      const peak = busiest;
      busiest = running();
      const full = peak >= concurrency;
      if (!full) queueWait.forget();
      const waitMs = full ? await queueWait.read() : 0;
      if (range === null) return;
      const sample = { ...meter.read(), atMs: Date.now(), concurrency, busiest: peak, waitMs };
      const decision = autoscale(range, sample, state);
      ({ state } = decision);
      if (decision.concurrency === concurrency) return;
      log.info({ from: concurrency, to: decision.concurrency, waitMs }, 'slots changed');
      slots.set(decision.concurrency);
    };

    const looking = setInterval(() => {
      busiest = Math.max(busiest, running());
    }, LOOK_EVERY_MS);
    const timer = setInterval(() => {
      if (deciding) return;
      deciding = true;
      decide()
        .catch((error: unknown) => log.warn({ error }, 'autoscaling failed'))
        .finally(() => {
          deciding = false;
        });
    }, DECIDE_EVERY_MS);
    return () => {
      clearInterval(looking);
      clearInterval(timer);
      meter[Symbol.dispose]();
    };
  };

  const end = () => {
    stop?.();
    stop = undefined;
  };

  return {
    range: () => range,
    set(wanted) {
      range = wanted;
      if (range === null) {
        end();
        return;
      }
      const fitting = Math.min(Math.max(slots.count(), range.min), range.max);
      if (fitting !== slots.count()) slots.set(fitting);
      stop ??= start();
    },
    [Symbol.dispose]: end,
  };
};
