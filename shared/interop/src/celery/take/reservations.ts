import type { Held } from './held.ts';

/** What a process holds: tasks that wait for room, for their time or for their rate, in the order they came. */
export type Reservations = Disposable & {
  /** Waits for its eta if that is to come, else is ready. */
  add(held: Held): void;
  /** Takes those that are next, at most this many. */
  next(most: number): Held[];
  /** Puts back what could not be handed on. */
  returnToFront(held: readonly Held[]): void;
  /** Those that are ready but for room or rate. */
  ready(): Held[];
  scheduled(): Held[];
  /** All tags that are held. */
  tags(): string[];
  all(): Held[];
  /** How many count against the prefetch: those that wait for their eta do not. */
  count(): number;
};

/** A timer's longest time. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/**
 * @param options.pass whether a task may start as far as its rate goes; if not, in how many ms.
 * @param options.onReady told when one becomes ready that was not.
 */
export const createReservations = ({
  pass,
  onReady,
}: {
  pass(held: Held): number;
  onReady(): void;
}): Reservations => {
  let queue: Held[] = [];
  const early = new Map<Held, NodeJS.Timeout>();
  let wakeUp: NodeJS.Timeout | undefined;

  const wait = (held: Held, untilMs: number) => {
    const ms = Math.min(Math.max(untilMs - Date.now(), 0), MAX_WAIT_MS);
    const timer = setTimeout(() => {
      if (Date.now() < untilMs) {
        wait(held, untilMs);
        return;
      }
      early.delete(held);
      queue.push(held);
      onReady();
    }, ms);
    early.set(held, timer);
  };

  return {
    add(held) {
      const { eta } = held.message;
      if (eta !== null && eta.epochMs > Date.now()) {
        wait(held, eta.epochMs);
        return;
      }
      queue.push(held);
      onReady();
    },
    next(most) {
      const taken: Held[] = [];
      let soonest = Infinity;
      queue = queue.filter((held) => {
        if (taken.length >= most) return true;
        const ms = pass(held);
        if (ms <= 0) taken.push(held);
        else soonest = Math.min(soonest, ms);
        return ms > 0;
      });
      if (soonest < Infinity) {
        clearTimeout(wakeUp);
        wakeUp = setTimeout(onReady, Math.min(soonest, MAX_WAIT_MS));
      }
      return taken;
    },
    returnToFront: (held) => {
      queue = [...held, ...queue];
    },
    ready: () => [...queue],
    scheduled: () => [...early.keys()],
    tags: () => [...queue, ...early.keys()].map(({ delivery }) => delivery.tag),
    all: () => [...queue, ...early.keys()],
    count: () => queue.length,
    [Symbol.dispose]() {
      clearTimeout(wakeUp);
      for (const timer of early.values()) clearTimeout(timer);
      early.clear();
      queue = [];
    },
  };
};
