import type { Redis } from 'ioredis';

export type Subscriptions = AsyncDisposable & {
  /**
   * Calls `hear` with every message of a channel from now on, and `missed` whenever some may have gone
   * by: the connection was lost and is back. Resolves when Redis has heard of it.
   */
  listen(channel: string, listener: Listener): Promise<void>;
  leave(channel: string, listener: Listener): Promise<void>;
};

export type Listener = { hear: (text: string) => void; missed: () => void };

/** Listens to channels over one connection of its own, made when first needed. */
export const createSubscriptions = (redis: Redis): Subscriptions => {
  const listeners = new Map<string, Set<Listener>>();
  let connection: Redis | undefined;

  const connect = () => {
    // Its commands wait for Redis: to give up a subscription would leave its caller waiting for ever.
    const own = redis.duplicate({ maxRetriesPerRequest: null, commandTimeout: undefined as never });
    own.on('error', () => undefined); // It connects again by itself, and `ready` says when.
    own.on('message', (channel: string, text: string) => {
      for (const { hear } of listeners.get(channel) ?? []) hear(text);
    });
    let isFirst = true;
    own.on('ready', () => {
      if (!isFirst) for (const set of listeners.values()) for (const { missed } of set) missed();
      isFirst = false;
    });
    return own;
  };

  return {
    async listen(channel, listener) {
      connection ??= connect();
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
      await connection.subscribe(channel);
    },
    async leave(channel, listener) {
      const known = listeners.get(channel);
      known?.delete(listener);
      if (known?.size !== 0) return;
      listeners.delete(channel);
      await connection?.unsubscribe(channel).catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      connection?.disconnect();
    },
  };
};
