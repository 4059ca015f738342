import { readFileSync } from 'node:fs';
import type { RedisConnection } from '@shared/queue';

const NAMES = [
  'take',
  'begin',
  'hold',
  'settle',
  'giveback',
  'abandon',
  'recover',
  'schedule',
  'enqueue',
] as const;

type Argument = string | number | Uint8Array;
/** Answers with bytes, since what Python wrote is no text. */
type Command = (keyCount: number, ...keysAndArguments: readonly Argument[]) => Promise<unknown>;

/** RQ's bookkeeping as commands. What each takes and returns stands in its file. */
export type RqCommands = Record<(typeof NAMES)[number], Command>;

const source = (name: string) =>
  readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');

export const rqCommands = (redis: RedisConnection): RqCommands => {
  // ioredis adds defined commands to the instance, which its types cannot know.
  const commands = redis as unknown as Record<string, Command | undefined>;
  const shared = source('shared');
  const entries = NAMES.map((name) => {
    const command = `rq_${name}`;
    if (commands[command] === undefined) {
      redis.defineCommand(command, { lua: `${shared}\n${source(name)}` });
    }
    const run = (...args: Parameters<Command>) =>
      commands[`${command}Buffer`]!.call(redis, ...args);
    return [name, run];
  });
  return Object.fromEntries(entries) as RqCommands;
};
