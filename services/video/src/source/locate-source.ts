import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import type { Storage } from '@shared/storage';
import { SourceRefusedError } from '../errors/source-refused-error.ts';

/** Where an original lies. */
export type Source =
  { kind: 'file'; path: string; bytes: number } | { kind: 'object'; key: string; bytes: number };

const KEY_PREFIX = 'videos/';

/**
 * Finds what a payload's path means, and refuses everything outside the allowed places, whatever
 * links and dots it is made of.
 *
 * @param options.uploadDirs folders whose files may be named by their paths.
 * @throws {SourceRefusedError | InvalidKeyError | ObjectNotFoundError}
 */
export const locateSource = async (
  videoPath: string,
  { uploadDirs, storage }: { uploadDirs: readonly string[]; storage: Storage },
): Promise<Source> => {
  if (isAbsolute(videoPath)) return locateFile(videoPath, uploadDirs);
  if (!videoPath.startsWith(KEY_PREFIX)) {
    throw new SourceRefusedError(`its path is neither absolute nor a key below "${KEY_PREFIX}"`);
  }
  const { totalBytes } = await storage.head(videoPath);
  return { kind: 'object', key: videoPath, bytes: totalBytes };
};

const locateFile = async (videoPath: string, uploadDirs: readonly string[]): Promise<Source> => {
  const allowed = uploadDirs.map((folder) => resolve(folder));
  // Before the disk is asked: the answer must not tell what else is there.
  if (!isInside(resolve(videoPath), allowed)) throw outside();
  const real = await realpath(videoPath).catch((error: unknown) => {
    throw new SourceRefusedError(
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'there is no such file'
        : 'its file cannot be read',
    );
  });
  const realFolders = await Promise.all(
    allowed.map((folder) => realpath(folder).catch(() => folder)),
  );
  if (!isInside(real, realFolders)) throw outside();
  const { size, isFile } = await stat(real).then((found) => ({
    size: found.size,
    isFile: found.isFile(),
  }));
  // A pipe would be waited for without end, and a device has no end.
  if (!isFile) throw new SourceRefusedError('it is no plain file');
  return { kind: 'file', path: real, bytes: size };
};

const isInside = (path: string, folders: readonly string[]) =>
  folders.some((folder) => path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`));

const outside = () => new SourceRefusedError('its path lies in no upload folder');
