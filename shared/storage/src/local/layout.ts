import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './has-code.ts';

/**
 * Where the objects lie: `a/b/c.jpg` is `objects/a@/b@/c.jpg`. No key holds "@", so `a` and `a/b`,
 * which are both keys, are not a file and a folder of one name.
 */
const FOLDER_MARK = '@';

/** The folders that lead to an object's file, and the file's name. */
export const objectPath = (root: string, key: string): string =>
  join(root, ...key.split('/').map((part, at, all) => (at < all.length - 1 ? folder(part) : part)));

/** Every key that starts with the prefix and its file, in the order of the keys' bytes. */
export async function* walkObjects(
  root: string,
  prefix: string,
): AsyncGenerator<{ key: string; path: string }> {
  const whole = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const parts = whole.split('/').slice(0, -1);
  yield* walk(join(root, ...parts.map(folder)), whole, prefix);
}

async function* walk(
  path: string,
  parent: string,
  prefix: string,
): AsyncGenerator<{ key: string; path: string }> {
  const names = (await entries(path)).map((entry) =>
    entry.isDirectory()
      ? { entry, key: `${parent}${entry.name.slice(0, -FOLDER_MARK.length)}/` }
      : { entry, key: `${parent}${entry.name}` },
  );
  // A folder's keys sort by their "/", not by the mark that stands for it.
  for (const { entry, key } of names.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const below = join(path, entry.name);
    if (!key.startsWith(prefix) && !prefix.startsWith(key)) continue;
    if (entry.isDirectory()) yield* walk(below, key, prefix);
    else if (key.startsWith(prefix)) yield { key, path: below };
  }
}

const folder = (segment: string) => `${segment}${FOLDER_MARK}`;

/** A folder that is not there, or that a deletion took away meanwhile, has no entries. */
const entries = async (path: string): Promise<Dirent[]> => {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
};
