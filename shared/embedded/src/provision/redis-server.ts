import { join } from 'node:path';
import { TOOLS_DIRECTORY } from '../project-root.ts';
import { onPath } from './on-path.ts';
import type { Provisioned } from './provisioned.ts';
import { run } from './run.ts';
import { unpackPrograms } from './unpack-programs.ts';

const OLDEST: readonly [number, number] = [6, 2]; // What BullMQ asks for.

/**
 * A redis-server of 6.2 or newer: the one on the PATH, or a copy of our own that is unpacked once
 * from the distribution's package, without root and without touching the machine.
 */
export const ensureRedisServer = async ({
  path,
  tools = TOOLS_DIRECTORY,
}: { path?: string; tools?: string } = {}): Promise<Provisioned> => {
  const installed = await onPath(['redis-server'], path);
  if (installed !== undefined && (await isNewEnough(installed))) return { path: installed };
  const own = join(tools, 'redis', 'redis-server');
  if (await isNewEnough(own)) return { path: own };
  const reason = await (process.platform === 'darwin' ? brew() : unpack(tools));
  const brewed = process.platform === 'darwin' ? await onPath(['redis-server'], path) : own;
  if (brewed !== undefined && (await isNewEnough(brewed))) return { path: brewed };
  return {
    missing: reason ?? 'the copy that was fetched does not run on this machine',
    fix: 'Install Redis 6.2 or newer (Debian: apt-get install redis-server, macOS: brew install redis), or set REDIS_URL to a server that runs.',
  };
};

/** Why it failed, or nothing. */
const unpack = (tools: string) =>
  unpackPrograms({
    name: 'redis',
    // The server is a link to a program of the tools.
    packages: ['redis-server', 'redis-tools'],
    programs: ['redis-server'],
    tools,
    isGood: isNewEnough,
  });

const brew = async () => {
  if ((await onPath(['brew'])) === undefined) return 'there is no Homebrew to install it with';
  const installed = await run('brew', ['install', 'redis']);
  return installed.ok ? undefined : installed.reason;
};

const isNewEnough = async (path: string) => {
  const asked = await run(path, ['--version'], { timeoutMs: 10_000 });
  const version = asked.ok ? /v=(\d+)\.(\d+)/.exec(asked.output) : null;
  if (version === null) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};
