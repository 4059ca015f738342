import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

const SOURCE = readFileSync(new URL('./run-effects.lua', import.meta.url), 'utf8');

const COMMAND = 'taskyard_run_effects';

type Run = (keyCount: number, ...keysAndArguments: readonly string[]) => Promise<unknown>;

export type Operation = readonly [name: string, ...args: string[]];

/** Of one chord: whether its body is to be sent now. */
export type CountAnswer = { isReady: boolean };

export type ScriptCall = {
  marker: string;
  markerSeconds: number;
  /** Numbers of databases; empty when the connection is in the right one. */
  databases: { marker: string; broker: string; results: string };
  operations: readonly Operation[];
};

/** Runs `run-effects.lua`; what it takes and returns stands there. */
export const runEffects = async (
  redis: Redis,
  { marker, markerSeconds, databases, operations }: ScriptCall,
): Promise<{ isNew: boolean; counts: CountAnswer[] }> => {
  // ioredis adds defined commands to the instance, which its types cannot know.
  const commands = redis as unknown as Record<string, Run | undefined>;
  if (commands[COMMAND] === undefined) redis.defineCommand(COMMAND, { lua: SOURCE });
  const flat = operations.flatMap(([name, ...args]) => [name, String(args.length), ...args]);
  const answer = await commands[COMMAND]?.call(
    redis,
    1,
    marker,
    String(markerSeconds),
    databases.marker,
    databases.broker,
    databases.results,
    ...flat,
  );
  // The script's own shape.
  const [isNew, counts] = answer as [number, [number, number, number][]];
  return { isNew: isNew === 1, counts: counts.map(([ready]) => ({ isReady: ready === 1 })) };
};

const READ = "redis.call('SELECT', ARGV[1]); return redis.call(unpack(ARGV, 2))";

/** A reading command that answers with a list, in a database of the server that may not be the connection's. */
export const readIn = async (
  redis: Redis,
  db: number,
  command: string,
  ...args: readonly string[]
): Promise<(string | null)[]> =>
  // The shape of what MGET, SMEMBERS, ZRANGE and LRANGE answer.
  (await redis.eval(READ, 0, String(db), command, ...args)) as (string | null)[];
