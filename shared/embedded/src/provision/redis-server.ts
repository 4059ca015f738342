import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOOLS_DIRECTORY } from '../project-root.ts';
import { unpackPackage } from './apt.ts';
import { onPath } from './on-path.ts';
import type { Provisioned } from './provisioned.ts';
import { run } from './run.ts';

const OLDEST: readonly [number, number] = [6, 2]; // What BullMQ asks for.

/** Runs the unpacked server with the libraries that were unpacked beside it, from wherever it lies. */
const WRAPPER = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
for libraries in "$here"/root/usr/lib/*-linux-gnu*; do
  LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH
exec "$here/root/usr/bin/redis-server" "$@"
`;

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

/** Why it failed, or nothing. Others may do the same right now: the first complete copy wins. */
const unpack = async (tools: string) => {
  await mkdir(tools, { recursive: true });
  const draft = await mkdtemp(join(tools, 'redis-'));
  try {
    const unpacked = await unpackPackage('redis-server', draft);
    if (!unpacked.ok) return unpacked.reason;
    await rm(join(draft, 'debs'), { recursive: true });
    await rm(join(draft, 'apt'), { recursive: true, force: true });
    await writeFile(join(draft, 'redis-server'), WRAPPER);
    await chmod(join(draft, 'redis-server'), 0o755);
    await chmod(draft, 0o755); // Root may have fetched it for another user's next start.
    if (!(await isNewEnough(join(draft, 'redis-server'))))
      return 'the distribution has only an older Redis';
    await moveInto(draft, join(tools, 'redis'));
    return undefined;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

const moveInto = async (draft: string, place: string) => {
  const first = await rename(draft, place).then(
    () => true,
    () => false,
  );
  if (first || (await isNewEnough(join(place, 'redis-server')))) return;
  await rm(place, { recursive: true, force: true }); // A copy of another time that runs no more.
  await rename(draft, place);
};

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
