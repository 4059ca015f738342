import { liveChannel } from '@shared/contracts';
import { connectRedis } from '@shared/queue';
import type { Logger } from '@shared/service';

/** Hears of changes to people's notifications, whichever process makes them. */
export type LiveNotifications = AsyncDisposable & {
  /**
   * Calls back at each change until disposed, and whenever one may have been missed. It says nothing of
   * what changed: whoever listens reads that from the database.
   */
  listen(userId: string, onChange: () => void): Promise<Disposable>;
};

/** How long a listener waits for Redis to confirm that it listens; later, it is called as if it had missed something. */
const PATIENCE_MS = 2_000;

/** One connection to Redis for all listeners of this process. */
export const openLiveNotifications = ({
  redisUrl,
  prefix,
  log,
}: {
  redisUrl: string;
  prefix: string;
  log: Logger;
}): LiveNotifications => {
  const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard live', log });
  const listeners = new Map<string, Set<() => void>>();
  const callAll = (channel: string) => {
    for (const onChange of listeners.get(channel) ?? []) onChange();
  };
  redis.on('message', callAll);
  // While the connection was away, anything may have been said.
  redis.on('ready', () => {
    for (const channel of listeners.keys()) callAll(channel);
  });

  const subscribe = async (channel: string) => {
    try {
      await redis.subscribe(channel);
      callAll(channel);
    } catch (error) {
      log.warn({ error }, 'not listening for notifications');
    }
  };

  return {
    async listen(userId, onChange) {
      const channel = liveChannel(prefix, userId);
      const here = listeners.get(channel) ?? new Set();
      // A function of its own, so that one callback may be given twice.
      const listener = () => onChange();
      listeners.set(channel, here.add(listener));
      if (here.size === 1) await within(subscribe(channel), PATIENCE_MS);
      return {
        [Symbol.dispose]() {
          here.delete(listener);
          if (here.size > 0 || listeners.get(channel) !== here) return;
          listeners.delete(channel);
          redis.unsubscribe(channel).catch(() => {}); // Then it is asked for once more, to no effect.
        },
      };
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
};

const within = async (work: Promise<void>, ms: number) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
};
