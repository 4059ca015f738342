import type { Logger } from '@shared/service';

/** What the watchdog sees of a worker's way to its jobs. */
export type FetchPath = {
  /** When a round of fetching was last answered, in ms since the epoch. */
  fetchedAt(): number;
  /** When the oldest script that Redis has not answered was sent; undefined if there is none. */
  unansweredSince(): number | undefined;
  /** Whether the worker ought to be fetching: it is not paused and has a free slot. */
  isListening(): boolean;
};

export type Watchdog = Disposable & {
  /** Whether fetching has not come round for too long although Redis answers others. */
  isDeaf(): boolean;
};

/** BullMQ's loop comes round every 10 s at the latest and resets its own connection at 11. */
export const DEAF_AFTER_MS = 20_000;

/**
 * Watches whether a worker still hears. Its socket says nothing of that: what counts is that fetching,
 * the very path that jobs come by, comes round. One that does not, while Redis answers others, gets
 * new connections; if they do not cure it, the process is given up for its supervisor to start anew.
 *
 * @param isReachable asks Redis on a connection of its own.
 * @param reset replaces the worker's connections.
 * @param onDeaf called once, when nothing helped.
 * @param silenceMs how long is too long, before the cure and after it.
 */
export const watchFetching = ({
  path,
  isReachable,
  reset,
  onDeaf,
  silenceMs,
  log,
}: {
  path: FetchPath;
  isReachable(): Promise<boolean>;
  reset(): void;
  onDeaf(): void;
  silenceMs: number;
  log: Logger;
}): Watchdog => {
  const everyMs = Math.min(1_000, Math.ceil(silenceMs / 4));
  let excusedUntil = Date.now();
  let listeningSince = Date.now();
  let lookedAt = Date.now();
  let suspectedAt: number | undefined;
  let looking = false;

  const excuse = () => {
    excusedUntil = Date.now();
    suspectedAt = undefined;
  };

  /** Since when nothing came back that should have. */
  const silentSince = (): number => {
    const heard = Math.max(path.fetchedAt(), listeningSince);
    return Math.max(Math.min(heard, path.unansweredSince() ?? heard), excusedUntil);
  };

  const look = async () => {
    const now = Date.now();
    // A process that was stopped, or whose loop was blocked, has heard nothing and is not deaf.
    if (now - lookedAt > everyMs * 3) excuse();
    lookedAt = now;
    if (!path.isListening()) listeningSince = now;
    if (now - silentSince() < silenceMs) {
      if (suspectedAt !== undefined) log.info('fetching comes round again');
      suspectedAt = undefined;
      return;
    }
    const reachable = await isReachable();
    lookedAt = Date.now();
    if (!reachable) {
      excuse(); // Nobody hears a Redis that is away.
    } else if (suspectedAt === undefined) {
      suspectedAt = Date.now();
      log.warn({ silentMs: now - silentSince() }, 'worker is deaf: opening new connections');
      reset();
    } else if (now - suspectedAt >= silenceMs) {
      clearInterval(timer);
      log.error({ silentMs: now - silentSince() }, 'worker stays deaf: giving up');
      onDeaf();
    }
  };

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => log.warn({ error }, 'watchdog failed'))
      .finally(() => {
        looking = false;
      });
  }, everyMs);
  timer.unref();

  return {
    isDeaf: () => suspectedAt !== undefined,
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
