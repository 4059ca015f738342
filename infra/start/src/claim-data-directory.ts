import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf } from '@shared/embedded';
import { AlreadyRunningError } from './already-running-error.ts';

/** The right to use a data directory, until it is disposed of. */
export type Claim = AsyncDisposable & {
  /** Tells whoever wants the directory next that it is worth waiting. */
  endsSoon(): Promise<void>;
};

const ENDS_SOON = 'stopping';
const POLL_MS = 100;

/** An owner whose npm was killed notices within a second and then says that it ends soon. */
const PATIENCE_MS = 2_000;

/**
 * Makes sure that one platform at a time uses a data directory, by a file with our pid in it. Waits
 * for an owner that is stopping.
 *
 * @throws {AlreadyRunningError} while another one runs.
 */
export const claimDataDirectory = async (
  dataDirectory: string,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): Promise<Claim> => {
  const path = join(dataDirectory, 'start.pid');
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const deadline = Date.now() + patienceMs;
  while (!(await createWithPid(path))) {
    const [pid, note] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
    const owner = Number(pid);
    if (!(await isStart(owner))) {
      await rm(path, { force: true }); // Its owner was killed.
    } else if (note !== ENDS_SOON && Date.now() > deadline) {
      throw new AlreadyRunningError(dataDirectory, owner);
    } else {
      await sleep(POLL_MS);
    }
  }
  return {
    endsSoon: () => writeFile(path, `${process.pid} ${ENDS_SOON}`),
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
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
