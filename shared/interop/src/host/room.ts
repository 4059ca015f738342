/**
 * How much more work may be taken from a foreign queue: jobs stay there, where their own programs see
 * them, until somebody here can run them.
 */
export type Room = {
  /** How many more jobs may be taken now; none until it is known, of which `change` tells. */
  free(): number;
  /** Counts jobs that were just enqueued, until they are seen to run or to have ended. */
  took(jobIds: readonly string[]): void;
  /** Counts them no more: they could not be enqueued after all. */
  lost(jobIds: readonly string[]): void;
  /** Those that were taken ended without having become jobs: they were refused. */
  refused(count: number): void;
  /** Resolves when there may be more room, or the signal aborts. */
  change(signal: AbortSignal): Promise<void>;
};

/** What the parts of a room share: who waits for it, and how they are woken. */
export const createWaiting = () => {
  const waiting = new Set<() => void>();
  return {
    isAwaited: () => waiting.size > 0,
    wake: () => {
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
    change: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const done = () => {
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener('abort', done, { once: true });
      }),
  };
};
