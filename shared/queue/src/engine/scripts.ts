import { readFileSync } from 'node:fs';
import type { RedisConnection } from '../redis/connect.ts';
import { exec } from '../redis/exec.ts';

const NAMES = [
  'add',
  'claim',
  'settle',
  'recover',
  'extend',
  'cancel',
  'read',
  'release',
  'evict',
  'sweep',
  'report',
  'glance',
  'redrive',
  'bury',
  'acquit',
  'limits',
] as const;

type Argument = string | number;
/** How many keys, the keys, the arguments. */
export type ScriptCall = [keyCount: number, ...keysAndArguments: Argument[]];
type Script = (...call: ScriptCall) => Promise<unknown>;

/** The platform's Lua scripts as commands of one connection. What each takes and returns stands in its file. */
export type Scripts = Record<(typeof NAMES)[number], Script>;

const read = (name: string) => readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8');

/** A script may hold another one whole. */
const source = (name: string): string =>
  read(name).replace(/--\[\[(\w+)\]\]/, (_, other: string) => read(other));

/** Redis has no modules: what scripts share stands before each of them. */
const base = source('base');
const library = ['lanes', 'unique', 'index', 'flows'].map(source).join('\n');

/**
 * The scripts that run for every job, and what their library has more. Making all functions of the library
 * would take longer than adding an ordinary job, which needs none of them: these scripts find them in
 * `rare()`, which makes them when it is first called.
 */
const HOT: Partial<Record<string, string>> = {
  add: library,
  claim: library,
  settle: [library, ...['settlements', 'turns'].map(source)].join('\n'),
};

const whenNeeded = (lua: string): string => {
  const names = [...lua.matchAll(/^local function (\w+)/gm)].map(([, name]) => name);
  return `
local made
local function rare()
  if made then return made end
  ${lua}
  made = { ${names.map((name) => `${name} = ${name}`).join(', ')} }
  return made
end`;
};

const assemble = (name: string): string => {
  const more = HOT[name];
  return [base, more === undefined ? library : whenNeeded(more), source(name)].join('\n');
};

const sources = Object.fromEntries(NAMES.map((name) => [name, assemble(name)]));

const commandOf = (name: string) => `taskyard_${name}`;

/** Defines the scripts on a connection, once, and returns them as functions. */
export const scriptsOf = (redis: RedisConnection): Scripts => {
  // ioredis adds defined commands to the instance, which its types cannot know.
  const commands = redis as unknown as Record<string, Script | undefined>;
  const entries = NAMES.map((name) => {
    const command = commandOf(name);
    if (commands[command] === undefined) redis.defineCommand(command, { lua: sources[name] ?? '' });
    return [name, (...args: Parameters<Script>) => commands[command]!.call(redis, ...args)];
  });
  return Object.fromEntries(entries) as Scripts;
};

/**
 * Runs a script several times in one transaction: all of it is done, or nothing. `scriptsOf` must have
 * been called for the connection.
 */
export const runTogether = async (
  redis: RedisConnection,
  name: (typeof NAMES)[number],
  calls: readonly ScriptCall[],
): Promise<unknown[]> => {
  const transaction = redis.multi();
  // As on the connection itself.
  const commands = transaction as unknown as Record<string, (...call: ScriptCall) => unknown>;
  for (const call of calls) commands[commandOf(name)]?.call(transaction, ...call);
  return exec(transaction);
};
