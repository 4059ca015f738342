import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath } from './on-path.ts';
import { type Ran, run } from './run.ts';

/**
 * Unpacks Debian packages, and every package they need that this machine lacks, below
 * `directory/root`. Needs no root, installs nothing, starts nothing.
 */
export const unpackPackages = async (names: readonly string[], directory: string): Promise<Ran> => {
  if ((await onPath(['apt-get'])) === undefined || (await onPath(['dpkg'])) === undefined) {
    return { ok: false, reason: 'there is no apt-get on this machine' };
  }
  const downloads = join(directory, 'debs');
  await mkdir(downloads, { recursive: true });
  const fromOurLists = await downloadWithNeeds(names, downloads, []);
  const downloaded = fromOurLists.ok
    ? fromOurLists
    : await downloadWithFreshLists(names, downloads, join(directory, 'apt'));
  if (!downloaded.ok) return downloaded;
  const unpackAll = 'for deb in *.deb; do dpkg -x "$deb" ../root || exit 1; done';
  return run('/bin/sh', ['-c', unpackAll], { cwd: downloads });
};

/**
 * Installs Debian packages for the whole machine, as root or through a `sudo` that does not ask.
 */
export const installPackages = async (names: readonly string[]): Promise<Ran> => {
  if ((await onPath(['apt-get'])) === undefined) {
    return { ok: false, reason: 'there is no apt-get on this machine' };
  }
  const root = process.getuid?.() === 0;
  if (!root && !(await run('sudo', ['-n', 'true'])).ok) {
    return {
      ok: false,
      reason: 'installing needs root, and there is no sudo that asks for no password',
    };
  }
  const aptGet = (...args: string[]) =>
    root
      ? run('apt-get', args)
      : run('sudo', ['-n', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', ...args]);
  const install = [
    'install',
    '-y',
    '-o',
    'DPkg::Lock::Timeout=120',
    '--no-install-recommends',
    ...names,
  ];
  // Lists may be absent or name versions that the mirror has replaced since.
  const first = await aptGet(...install);
  if (first.ok) return first;
  await aptGet('update', '-q');
  return aptGet(...install);
};

/** Fetches the packages and what installing them would add to this machine. */
const downloadWithNeeds = async (
  wanted: readonly string[],
  downloads: string,
  flags: readonly string[],
) => {
  const simulation = [...flags, '-s', '--no-install-recommends', 'install', ...wanted];
  const simulated = await run('apt-get', simulation);
  if (!simulated.ok) return simulated;
  const lines = simulated.output.split('\n');
  const needs = lines.flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? []);
  const names = [...new Set([...wanted, ...needs])];
  return run('apt-get', [...flags, 'download', ...names], { cwd: downloads });
};

/** For a machine without package lists, as containers are, or with outdated ones. */
const downloadWithFreshLists = async (
  wanted: readonly string[],
  downloads: string,
  directory: string,
) => {
  const flags = Object.entries({
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::Cache': join(directory, 'cache'),
    'APT::Sandbox::User': 'root', // The user `_apt` may not write into our folder.
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await mkdir(join(directory, 'lists', 'partial'), { recursive: true });
  await mkdir(join(directory, 'cache', 'archives', 'partial'), { recursive: true });
  // One broken source of the machine's list makes this fail although the others were read.
  await run('apt-get', [...flags, 'update', '-q']);
  return downloadWithNeeds(wanted, downloads, flags);
};
