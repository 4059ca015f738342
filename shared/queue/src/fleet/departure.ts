/** How a worker leaves before its process is ended from outside. */
export type Departure = Disposable & {
  /** How long running jobs may go on once it shuts down. */
  graceMs(): number;
  setGraceMs(ms: number): void;
  /** Asks the process to shut down, once. */
  begin(): void;
  /** Sees to it that it begins in time, if that is within `ms`; to be called at least that often. */
  prepare(ms: number): void;
};

/** A worker with a deadline leaves early enough for its jobs to have their grace. */
export const createDeparture = ({
  deadlineAt,
  shutdownGraceMs,
  onShutdown,
}: {
  deadlineAt: Date | undefined;
  shutdownGraceMs: number;
  onShutdown(): void;
}): Departure => {
  let graceMs = shutdownGraceMs;
  let begun = false;
  let timer: NodeJS.Timeout | undefined;

  const begin = () => {
    if (begun) return;
    begun = true;
    onShutdown();
  };

  return {
    graceMs: () => graceMs,
    setGraceMs: (ms) => {
      graceMs = ms;
    },
    begin,
    prepare(ms) {
      if (deadlineAt === undefined) return;
      const leftMs = deadlineAt.getTime() - graceMs - Date.now();
      if (leftMs > ms) return;
      clearTimeout(timer);
      timer = setTimeout(begin, Math.max(leftMs, 0));
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
};
