import { mkdir, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskFullError } from '../errors/disk-full-error.ts';
import { isAlive, markName, ownMark, readMark } from './process-mark.ts';

/** Where a process keeps the files that its jobs work on. */
export type WorkPlace = AsyncDisposable & {
  /**
   * An empty folder with room for `bytes`, which stay reserved until it is disposed with all in it.
   *
   * @throws {DiskFullError}
   */
  open(bytes: number): Promise<WorkFolder>;
};

export type WorkFolder = AsyncDisposable & { readonly path: string };

/** Folders of processes on other machines, which may share the disk, are left alone for so long. */
const FOREIGN_STALE_MS = 6 * 3_600_000;

/** Left free for everybody else. */
const SPARE_BYTES = 64 * 1_048_576;

/**
 * A folder of this process's own below `root`. What processes that died left there is removed first.
 */
export const openWorkPlace = async (root: string): Promise<WorkPlace> => {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const own = join(root, markName(ownMark()));
  await sweep(root);
  await mkdir(own, { recursive: true, mode: 0o700 });
  let reserved = 0;

  return {
    async open(bytes) {
      const { bavail, bsize } = await statfs(own);
      const free = Math.max(0, bavail * bsize - reserved - SPARE_BYTES);
      if (bytes > free) throw new DiskFullError(bytes, free);
      reserved += bytes;
      const path = await mkdtemp(join(own, 'job-'));
      return {
        path,
        async [Symbol.asyncDispose]() {
          reserved -= bytes;
          await remove(path);
        },
      };
    },
    [Symbol.asyncDispose]: () => remove(own),
  };
};

/** Removes what dead processes left. */
const sweep = async (root: string): Promise<void> => {
  const { host } = ownMark();
  for (const name of await readdir(root)) {
    const mark = readMark(name);
    // Not a name of ours: somebody else's file.
    if (mark === undefined) continue;
    const path = join(root, name);
    const left = mark.host === host ? !isAlive(mark) : await isStale(path);
    if (left) await remove(path);
  }
};

const isStale = async (path: string): Promise<boolean> => {
  const modifiedAt = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity, // Gone meanwhile.
  );
  return modifiedAt < Date.now() - FOREIGN_STALE_MS;
};

/** A killed ffmpeg may write for another instant: the folder is removed until it is gone. */
const remove = (path: string) =>
  rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
