import { readFileSync } from 'node:fs';
import type { RedisConnection } from '@shared/queue';

const NAMES = ['take', 'claim', 'hold', 'finish', 'giveback'] as const;

/** Bytes only as a Buffer: ioredis would make text of any other array. */
type Argument = string | number | Buffer;
/** Answers with bytes, since what Python wrote is no text. */
type Command = (keyCount: number, ...keysAndArguments: readonly Argument[]) => Promise<unknown>;

/** ARQ's bookkeeping as commands. What each takes and returns stands in its file. */
export type ArqCommands = Record<(typeof NAMES)[number], Command>;

export const arqCommands = (redis: RedisConnection): ArqCommands => {
  // ioredis adds defined commands to the instance, which its types cannot know.
  const commands = redis as unknown as Record<string, Command | undefined>;
  const entries = NAMES.map((name) => {
    const command = `arq_${name}`;
    const lua = readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
    if (commands[command] === undefined) redis.defineCommand(command, { lua });
    return [
      name,
      (...args: Parameters<Command>) => commands[`${command}Buffer`]!.call(redis, ...args),
    ];
  });
  return Object.fromEntries(entries) as ArqCommands;
};
