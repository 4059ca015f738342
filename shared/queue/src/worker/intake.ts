import type { Keys } from '../keys.ts';

/** Which of its queues a worker takes jobs from right now. */
export type Intake = {
  /** Places of the open queues, from 1, in the order they are to be served now; empty if none is. */
  order(): string;
  /** The keys that a worker with nothing to do sleeps on: one for each open queue. */
  readonly markers: readonly string[];
  /** Grows with every change. */
  readonly changes: number;
  isPaused(): boolean;
  pause(): void;
  resume(): void;
  /** Takes nothing for a while, for a reason of the worker's own. */
  withhold(): void;
  readmit(): void;
  /** Takes no more jobs of this queue, for good. */
  close(queue: string): void;
  /** Takes none of this queue for a while: others are to have what it gave back. */
  rest(queue: string, ms: number): void;
  /** Opens no more and waits for nothing: the worker ends. */
  end(): void;
  /** Resolves when something changes, or after `ms`. */
  change(ms: number): Promise<void>;
};

/**
 * All queues are open at first.
 *
 * @param order places of all queues in the order they are to be served now; see precedence.ts.
 */
export const createIntake = ({
  queues,
  keys,
  order,
}: {
  queues: readonly string[];
  keys: Keys;
  order(): string;
}): Intake => {
  const closed = new Set<string>();
  const resting = new Set<string>();
  const markers: string[] = [];
  const waiting = new Set<() => void>();
  let changes = 0;
  let paused = false;
  let withheld = false;
  let ended = false;

  const isOpen = (queue: string) =>
    !paused && !withheld && !ended && !closed.has(queue) && !resting.has(queue);

  const changed = () => {
    changes += 1;
    // The engine holds this very array.
    markers.splice(
      0,
      markers.length,
      ...queues.filter(isOpen).map((queue) => `${keys.base(queue)}marker`),
    );
    for (const wake of waiting) wake();
  };
  changed();

  return {
    markers,
    order() {
      if (markers.length === queues.length) return order();
      const open = (place: string) => isOpen(queues[Number(place) - 1] ?? '');
      return order().split(',').filter(open).join(',');
    },
    get changes() {
      return changes;
    },
    isPaused: () => paused,
    pause() {
      paused = true;
      changed();
    },
    resume() {
      paused = false;
      changed();
    },
    withhold() {
      withheld = true;
      changed();
    },
    readmit() {
      withheld = false;
      changed();
    },
    close(queue) {
      closed.add(queue);
      changed();
    },
    rest(queue, ms) {
      if (resting.has(queue)) return;
      resting.add(queue);
      changed();
      const rested = () => {
        resting.delete(queue);
        changed();
      };
      setTimeout(rested, ms).unref();
    },
    end() {
      ended = true;
      changed();
    },
    change: (ms) =>
      new Promise((resolve) => {
        if (ended) {
          resolve();
          return;
        }
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
      }),
  };
};
