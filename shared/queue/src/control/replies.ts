import { z } from 'zod';
import type { Keys } from '../keys.ts';
import { connectRedis, type RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';

/** What one worker answered, before it is known to be a proper answer to the command. */
export type RawReply =
  { worker: string; ok: true; result: unknown } | { worker: string; ok: false; reason: string };

const schema: z.ZodType<RawReply> = z.discriminatedUnion('ok', [
  z.object({ worker: z.string(), ok: z.literal(true), result: z.unknown() }),
  z.object({ worker: z.string(), ok: z.literal(false), reason: z.string() }),
]);

/** Whoever asked waits for seconds; what is answered later than this nobody reads. */
const KEEP_REPLIES_MS = 60_000;

/** Answers a command. */
export const writeReply = async (
  { redis, keys }: { redis: RedisConnection; keys: Keys },
  commandId: string,
  reply: RawReply,
): Promise<void> => {
  const key = keys.replies(commandId);
  const text = JSON.stringify(reply);
  await exec(redis.multi().xadd(key, '*', 'reply', text).pexpire(key, KEEP_REPLIES_MS));
};

/** Well below the time after which a connection gives a command up. */
const LONGEST_BLOCK_MS = 2_000;

/** Collects the answers to a command until all of `expected` have answered or the time is over. */
export const collectReplies = async ({
  redisUrl,
  keys,
  commandId,
  expected,
  timeoutMs,
}: {
  redisUrl: string;
  keys: Keys;
  commandId: string;
  expected: ReadonlySet<string>;
  timeoutMs: number;
}): Promise<RawReply[]> => {
  // A connection of its own: it blocks.
  const redis = connectRedis({ url: redisUrl, name: 'taskyard:replies' });
  const until = Date.now() + timeoutMs;
  const replies = new Map<string, RawReply>();
  let seen = '0-0';
  const isComplete = () => [...expected].every((worker) => replies.has(worker));
  try {
    while (!isComplete()) {
      const left = Math.min(until - Date.now(), LONGEST_BLOCK_MS);
      if (left <= 0) break;
      const key = keys.replies(commandId);
      const read = await redis.xread('BLOCK', Math.ceil(left), 'STREAMS', key, seen);
      for (const [id, [, text]] of read?.[0]?.[1] ?? []) {
        seen = id;
        const reply = parseReply(text);
        if (reply !== undefined) replies.set(reply.worker, reply);
      }
    }
  } finally {
    redis.disconnect();
  }
  return [...replies.values()];
};

const parseReply = (text: string | undefined): RawReply | undefined => {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
};
