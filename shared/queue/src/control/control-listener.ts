import type { Logger } from '@shared/service';
import { z } from 'zod';
import type { Keys } from '../keys.ts';
import { connectRedis } from '../redis/connect.ts';
import type { ControlMessage } from './cancel-job.ts';

const schema: z.ZodType<ControlMessage> = z.object({
  command: z.literal('cancel'),
  jobId: z.string(),
  reason: z.string(),
});

/** A command can overtake the job it is about: it is remembered this long. */
const REMEMBER_MS = 60_000;

export type ControlListener = AsyncDisposable & {
  /** Why a job was cancelled by a recent command. */
  cancelledEarly(jobId: string): string | undefined;
};

/**
 * Listens for commands to workers. Pub/sub forgets while a connection is down, so after each
 * reconnect the worker is told to look at the marks that commands leave with their jobs.
 */
export const listenForControl = async ({
  redisUrl,
  keys,
  log,
  onCancel,
  onReconnect,
}: {
  redisUrl: string;
  keys: Keys;
  log: Logger;
  onCancel(jobId: string, reason: string): void;
  onReconnect(): void;
}): Promise<ControlListener> => {
  const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard:control', log });
  const recent = new Map<string, { reason: string; at: number }>();

  const forget = () => {
    const oldest = Date.now() - REMEMBER_MS;
    for (const [jobId, { at }] of recent) {
      if (at > oldest) return; // A Map keeps the order of insertion.
      recent.delete(jobId);
    }
  };

  redis.on('message', (_channel: string, text: string) => {
    const message = schema.safeParse(parseJson(text));
    if (!message.success) {
      log.warn('unreadable command ignored');
      return;
    }
    const { jobId, reason } = message.data;
    forget();
    recent.set(jobId, { reason, at: Date.now() });
    onCancel(jobId, reason);
  });
  await redis.subscribe(keys.control);
  redis.on('ready', onReconnect);

  return {
    cancelledEarly: (jobId) => recent.get(jobId)?.reason,
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
