import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOf } from '@shared/embedded';
import { AlreadyRunningError } from './already-running-error.ts';

/**
 * Makes sure that one platform at a time uses a data directory, by a file with our pid in it.
 *
 * @throws {AlreadyRunningError} while another one does.
 */
export const claimDataDirectory = async (dataDirectory: string): Promise<AsyncDisposable> => {
  const path = join(dataDirectory, 'start.pid');
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  for (;;) {
    if (await createWithPid(path)) {
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (await isStart(owner)) throw new AlreadyRunningError(dataDirectory, owner);
    await rm(path, { force: true }); // Its owner was killed.
  }
};

/** Linking makes the file with its content at once, or fails because it is there. */
const createWithPid = async (path: string) => {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, String(process.pid), { mode: 0o600 });
  const created = await link(draft, path).then(
    () => true,
    () => false,
  );
  await rm(draft);
  return created;
};

/** Whether the pid is that of another start, and not one that was given to another program since. */
const isStart = async (pid: number) => {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  return (await commandOf(pid))?.includes('infra/start') ?? false;
};
