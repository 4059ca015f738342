import { cp, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PROJECT_ROOT, TOOLS_DIRECTORY } from '@shared/embedded';

/** What a fresh checkout does not have. */
const LEFT_OUT = new Set(['node_modules', '.git', '.nx', '.data', '.test-results']);

/**
 * Copies the project as a newcomer would have it after `npm ci`: its own files, and the installed packages
 * by reference, so that nothing of the copy's can reach the original's data.
 */
export const copyProject = async (to: string): Promise<void> => {
  await cp(PROJECT_ROOT, to, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(basename(path)),
  });
  await linkPackages(join(PROJECT_ROOT, 'node_modules'), join(to, 'node_modules'));
  // Programs that were fetched for this machine need not be fetched again.
  await mkdir(TOOLS_DIRECTORY, { recursive: true });
  await mkdir(join(to, '.data'));
  await symlink(TOOLS_DIRECTORY, join(to, '.data', 'tools'));
};

/**
 * npm links our own packages, and the programs of all, by relative paths: the same links in the copy lead
 * to the copy's.
 */
const linkPackages = async (from: string, to: string) => {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const source = join(from, name);
    const target = join(to, name);
    const isLink = (await lstat(source)).isSymbolicLink();
    if (isLink) await symlink(await readlink(source), target);
    else if (name === '.bin' || name.startsWith('@')) await linkPackages(source, target);
    else if (name.endsWith('-lock.json') || name === '.taskyard-lock') await cp(source, target);
    else await symlink(source, target);
  }
};
