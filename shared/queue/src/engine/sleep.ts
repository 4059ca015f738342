/** A worker as those see it that add jobs by the connection it takes them by. */
export type Taker = {
  /** Whether it has nothing to do and would take jobs of this queue. */
  sleepsOn(queue: string): boolean;
  /** Has it ask for jobs in this very turn of the event loop: what was sent before is there then. */
  rouse(): void;
};

type Woken = { member: string; score: number } | null;

/** A worker's sleep: until Redis wakes it, or somebody in this process does. */
export type Sleep = {
  /** Whether somebody waits for it to end. */
  readonly isOn: boolean;
  /** Sleeps for so long at most; what was asked of Redis for an earlier sleep, and not answered, serves again. */
  during(seconds: number, ask: () => Promise<Woken>): Promise<Woken>;
  /** Ends the wait, and leaves what Redis was asked to it. */
  rouse(): void;
};

const ROUSED = { member: '0', score: 0 };

/**
 * What blocks in Redis cannot be called off, so a sleep that was left goes on and serves the next one.
 *
 * @param onMissed told when Redis woke a worker that was awake: nobody else has heard of the job.
 */
export const createSleep = (onMissed: () => void): Sleep => {
  let asked: Promise<Woken> | undefined;
  let wake: ((woken: Woken) => void) | undefined;

  const ask = (begin: () => Promise<Woken>): Promise<Woken> => {
    const asking: Promise<Woken> = begin().finally(() => {
      if (asked === asking) asked = undefined;
    });
    asking.then(
      (woken) => {
        if (woken !== null && wake === undefined) onMissed();
      },
      () => undefined, // Whoever sleeps next finds out.
    );
    return asking;
  };

  return {
    get isOn() {
      return wake !== undefined;
    },
    async during(seconds, begin) {
      const here = Promise.withResolvers<Woken>();
      // What was asked before may be answered later than this sleep may last.
      const timer = asked && setTimeout(() => here.resolve(null), seconds * 1_000);
      asked ??= ask(begin);
      wake = here.resolve;
      try {
        return await Promise.race([asked, here.promise]);
      } finally {
        clearTimeout(timer);
        wake = undefined;
      }
    },
    rouse() {
      const waiter = wake;
      wake = undefined;
      waiter?.(ROUSED);
    },
  };
};
