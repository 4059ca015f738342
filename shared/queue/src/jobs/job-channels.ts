import type { Keys } from '../keys.ts';
import { connectRedis, type RedisConnection } from '../redis/connect.ts';

/** News of one job as the scripts publish it. */
export type JobNews = {
  status: 'in_progress' | 'retrying' | 'complete' | 'failed';
  result?: unknown;
  progress?: { fraction: number; message: string | null };
};

export type JobChannels = AsyncDisposable & {
  /** Calls `listener` for each piece of news until the returned function is called. */
  listen(jobId: string, listener: (news: JobNews) => void): Promise<() => void>;
};

/**
 * News of jobs over one subscriber connection, however many jobs are watched. Pub/sub forgets what it
 * cannot deliver, so a watcher also reads the job itself now and then.
 */
export const openJobChannels = (redisUrl: string, keys: Keys): JobChannels => {
  const listeners = new Map<string, Set<(news: JobNews) => void>>();
  let subscriber: RedisConnection | undefined;

  const open = () => {
    const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard:news' });
    redis.on('message', (channel: string, text: string) => {
      const found = listeners.get(channel);
      if (found === undefined) return;
      const news = JSON.parse(text) as JobNews; // Only our own scripts publish here.
      for (const listener of found) listener(news);
    });
    return redis;
  };

  return {
    async listen(jobId, listener) {
      const channel = `${keys.jobChannel}${jobId}`;
      subscriber ??= open();
      const set = listeners.get(channel) ?? new Set();
      set.add(listener);
      listeners.set(channel, set);
      if (set.size === 1) await subscriber.subscribe(channel);
      return () => {
        set.delete(listener);
        if (set.size > 0) return;
        listeners.delete(channel);
        subscriber?.unsubscribe(channel).catch(() => undefined);
      };
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      subscriber?.disconnect();
    },
  };
};
