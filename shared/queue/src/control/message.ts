import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';
import type { Command } from './command.ts';

/** Which workers a command is for. */
export type FleetTarget = 'all' | { ids: readonly string[] } | { queue: string };

/** A command on its way. What it says is read apart from it: a worker may not know every command. */
export type Message = {
  id: string;
  target: FleetTarget;
  command: unknown;
  /** Not carried out any more when it is older than this, by Redis' clock. */
  expiresInMs: number;
  /** Whether somebody waits for the answers. */
  answer: boolean;
};

const schema: z.ZodType<Message> = z.object({
  id: z.string(),
  target: z.union([
    z.literal('all'),
    z.object({ ids: z.array(z.string()) }),
    z.object({ queue: z.string() }),
  ]),
  command: z.unknown(),
  expiresInMs: z.number(),
  answer: z.boolean(),
});

/** How long a command may wait for a worker that is cut off, unless told. */
export const COMMAND_EXPIRES_MS = 30_000;

/** The oldest commands leave first; a flood of cancellations leaves its marks with the jobs too. */
const KEPT_COMMANDS = 2_000;

/**
 * Sends a command: it is kept in a stream, where each worker reads on from the last one it saw, and
 * the workers are told to look. One that is cut off finds it later.
 */
export const postCommand = async (
  { redis, keys }: { redis: RedisConnection; keys: Keys },
  {
    target,
    command,
    expiresInMs = COMMAND_EXPIRES_MS,
    answer = false,
  }: { target: FleetTarget; command: Command; expiresInMs?: number; answer?: boolean },
): Promise<Message> => {
  const message: Message = { id: randomUUID(), target, command, expiresInMs, answer };
  const text = JSON.stringify(message);
  await exec(
    redis
      .pipeline()
      .xadd(keys.commands, 'MAXLEN', '~', KEPT_COMMANDS, '*', 'message', text)
      .publish(keys.control, ''),
  );
  return message;
};

/** Undefined for what is no message of ours. */
export const parseMessage = (text: string | undefined): Message | undefined => {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
};

/** Whether a worker is meant. */
export const isFor = (
  target: FleetTarget,
  { id, queues }: { id: string; queues: readonly string[] },
): boolean => {
  if (target === 'all') return true;
  return 'ids' in target ? target.ids.includes(id) : queues.includes(target.queue);
};
