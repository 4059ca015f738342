import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from './has-code.ts';

/** A `removeEmptyFolders` elsewhere can take a fresh folder away this many times in a row. */
const MAX_RACES = 10;

/** Moves a finished file to its place, whose folders it makes, and waits until that is on the disk. */
export const moveIntoPlace = async (from: string, to: string, root: string): Promise<void> => {
  for (let race = 1; ; race += 1) {
    try {
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
      break;
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || race === MAX_RACES) throw error;
    }
  }
  for (const folder of foldersAbove(to, root)) await syncFolder(folder);
};

/** Removes the folders above a deleted file that are empty now, but never `root`. */
export const removeEmptyFolders = async (path: string, root: string): Promise<void> => {
  for (const folder of foldersAbove(path, root).slice(0, -1)) {
    try {
      await rmdir(folder);
    } catch {
      return; // Not empty, or gone already: those above are not ours to remove either.
    }
  }
};

/** Removes files that nobody wrote to for `staleMs`: what a crash in the middle of a write leaves. */
export const removeStaleFiles = async (folder: string, staleMs: number): Promise<void> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const modifiedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity, // Another process finished or removed it.
    );
    if (modifiedAt < Date.now() - staleMs) await rm(path, { force: true });
  }
};

/** From the file's own folder up to and including `root`. */
const foldersAbove = (path: string, root: string): string[] => {
  const folder = dirname(path);
  return folder === root || folder === path ? [folder] : [folder, ...foldersAbove(folder, root)];
};

/** A rename survives a power cut only once the folder that holds the name is synced. */
const syncFolder = async (path: string) => {
  if (process.platform === 'win32') return; // Folders cannot be opened there.
  try {
    await using folder = await open(path, 'r');
    await folder.sync();
  } catch (error) {
    // A deletion pruned it meanwhile, so there is no name left to keep.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
};
