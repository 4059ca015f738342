import { readFileSync } from 'node:fs';
import type { Logger } from '@shared/service';
import type { Keys } from '../keys.ts';
import { connectRedis, type RedisConnection } from '../redis/connect.ts';
import { type Message, parseMessage } from './message.ts';

export type Inbox = AsyncDisposable & {
  /** Reads what came meanwhile, in case the news of it was lost; resolves when it is dealt with. */
  poll(): Promise<void>;
};

const readCommands = readFileSync(new URL('./read-commands.lua', import.meta.url), 'utf8');

const PAGE = 100;

type Read = [nowMs: number, entries: [id: string, fields: string[]][]];

/**
 * A worker's inbox. Each command that was sent since the inbox was opened is given to `onMessage`
 * once, in order, however often the connection was cut: pub/sub only says that there is something to
 * read, and the stream knows how far this worker has read.
 *
 * @param onMessage deals with one message; the next one waits for it.
 * @param onReconnect after news may have been missed.
 */
export const openInbox = async ({
  redisUrl,
  redis,
  keys,
  log,
  onMessage,
  onReconnect,
}: {
  redisUrl: string;
  redis: RedisConnection;
  keys: Keys;
  log: Logger;
  onMessage(message: Message): Promise<void>;
  onReconnect(): void;
}): Promise<Inbox> => {
  const news = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard:control', log });
  let seen = '0-0';
  let reading: Promise<void> | undefined;
  let more = false;
  const ending = new AbortController();

  const readPage = async (): Promise<boolean> => {
    const reply = await redis.eval(readCommands, 1, keys.commands, seen, PAGE);
    const [now, entries] = reply as Read; // What the script returns.
    for (const [id, [, text]] of entries) {
      seen = id;
      const message = parseMessage(text);
      if (message === undefined) {
        log.warn('unreadable command ignored');
      } else if (now - sentAt(id) > message.expiresInMs) {
        log.warn({ command: message.id, sentAt: new Date(sentAt(id)) }, 'expired command ignored');
      } else {
        await onMessage(message);
      }
    }
    return entries.length === PAGE;
  };

  const readAll = async () => {
    do {
      more = false;
      while (!ending.signal.aborted && (await readPage())) continue;
    } while (more && !ending.signal.aborted);
  };

  const poll = async () => {
    more = true;
    reading ??= readAll()
      .catch((error: unknown) => {
        if (!ending.signal.aborted) log.warn({ error }, 'commands could not be read');
      })
      .finally(() => {
        reading = undefined;
      });
    await reading;
  };

  news.on('message', () => void poll());
  await news.subscribe(keys.control);
  const [last] = await redis.xrevrange(keys.commands, '+', '-', 'COUNT', 1);
  if (last !== undefined) seen = last[0];
  news.on('ready', () => {
    onReconnect();
    void poll();
  });

  return {
    poll,
    async [Symbol.asyncDispose]() {
      ending.abort();
      news.disconnect();
    },
  };
};

/** The ids of a stream's entries start with when they were added, in ms. */
const sentAt = (id: string) => Number(id.split('-')[0]);
