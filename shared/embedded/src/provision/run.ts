import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** What a finished program said, or why it failed in one line. */
export type Ran = { ok: true; output: string } | { ok: false; reason: string };

/** Runs a program to its end without a shell and without a terminal to ask questions on. */
export const run = (
  command: string,
  args: readonly string[],
  { cwd, timeoutMs = 300_000 }: { cwd?: string; timeoutMs?: number } = {},
): Promise<Ran> =>
  new Promise((resolve) => {
    const options = {
      cwd,
      timeout: timeoutMs,
      maxBuffer: 64 * 1024 * 1024,
      // RUNLEVEL=1 keeps Debian's maintainer scripts from starting what they install.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C' },
    };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ ok: true, output: stdout });
      const lines = stripVTControlCharacters(stderr).trim().split('\n').filter(isWorthQuoting);
      // What follows an error is advice, as on a newer release of the program.
      const said = lines.findLast((line) => /^E(RROR)?:/.test(line)) ?? lines.at(-1);
      resolve({ ok: false, reason: `${command} said "${said ?? error.message}"` });
    });
    child.stdin?.end();
  });

const isWorthQuoting = (line: string) => line !== '' && !line.startsWith('W: ');
