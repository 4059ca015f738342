import type { Redis } from 'ioredis';

/** Tells when there may be something in some lists, without taking it. */
export type ListWatch = Disposable & {
  /** Sleeps on lists that were just found empty; those that it sleeps on already are left alone. */
  arm(lists: readonly string[]): void;
};

const ROUND_S = 30;
const AFTER_AN_ERROR_MS = 500;

/**
 * BLMOVE of a list onto itself leaves it as it was, and blocks while it is empty. It takes one list, so each
 * has a connection of its own, opened when it is first needed.
 *
 * @param connect opens a connection that may block.
 * @param onFilled told the message that was next, if it is known.
 */
export const watchLists = (
  connect: (list: string) => Redis,
  onFilled: (list: string, message: string | undefined) => void,
): ListWatch => {
  const connections = new Map<string, Redis>();
  const armed = new Set<string>();
  const end = new AbortController();

  const sleepOn = async (list: string): Promise<{ message?: string } | undefined> => {
    let redis = connections.get(list);
    if (redis === undefined) connections.set(list, (redis = connect(list)));
    try {
      while (!end.signal.aborted) {
        // A round, and not for ever: a connection that hangs shows itself in the end.
        const found = await redis.blmove(list, list, 'RIGHT', 'RIGHT', ROUND_S);
        if (found !== null) return { message: found };
      }
      return undefined;
    } catch {
      if (!end.signal.aborted)
        await new Promise((resolve) => setTimeout(resolve, AFTER_AN_ERROR_MS));
      return {}; // Perhaps it is filled; whoever looks will see.
    }
  };

  return {
    arm(lists) {
      for (const list of lists) {
        if (end.signal.aborted || armed.has(list)) continue;
        armed.add(list);
        void sleepOn(list).then((filled) => {
          armed.delete(list);
          if (filled !== undefined && !end.signal.aborted) onFilled(list, filled.message);
        });
      }
    },
    [Symbol.dispose]() {
      end.abort();
      for (const redis of connections.values()) redis.disconnect();
    },
  };
};
