import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedServerError } from '@shared/errors';

const WAIT_MS = 10_000;
const POLL_MS = 50;

/**
 * Two servers on one data directory destroy it. Waits for the one whose pid `pidFile` names, if it
 * still runs (the guard of a killed parent may be ending it right now).
 *
 * @param program what its command line must contain; a pid that now belongs to another program is free.
 * @returns whether the pid in the file now belongs to somebody else.
 * @throws {EmbeddedServerError} if it is still there after 10 seconds.
 */
export const waitForPreviousOwner = async (
  server: string,
  { pidFile, program }: { pidFile: string; program: string },
): Promise<{ stranger: boolean }> => {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid) || pid <= 0) return { stranger: false };
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const command = await commandOf(pid);
    if (command === undefined) return { stranger: false };
    if (!command.includes(program)) return { stranger: true };
    if (Date.now() > deadline) {
      throw new EmbeddedServerError(server, {
        why: `process ${pid} already runs on the same directory`,
        fix: `Stop it (kill ${pid}) or use another directory.`,
      });
    }
    await sleep(POLL_MS);
  }
};

/** The command line of a living process, nothing for a dead one or a zombie. */
export const commandOf = async (pid: number): Promise<string | undefined> => {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line === '' ? undefined : line.replaceAll('\0', ' ').trim();
  }
  const ps = promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]);
  return ps.then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
};
