import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

type ProcessRow = { pid: number; parent: number; state: string };

/** Linux tells in `/proc`; a minimal one has no `ps`, which is there on every other system. */
const listProcesses = async (): Promise<ProcessRow[]> => {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
    return stdout.trim().split('\n').map(parseRow);
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // The program's name, in parentheses, may hold anything; proc_pid_stat(5).
      const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return stat === '' ? [] : [{ pid: Number(pid), parent: Number(parent), state }];
    }),
  );
  return rows.flat();
};

const parseRow = (line: string): ProcessRow => {
  const [pid, parent, state = ''] = line.trim().split(/\s+/);
  return { pid: Number(pid), parent: Number(parent), state };
};

/** A process, the processes that it started, and those that these started, and so on. */
export const descendantsOf = async (pid: number): Promise<number[]> => {
  const all = await listProcesses();
  const found = [pid];
  for (const ancestor of found) {
    found.push(...all.filter(({ parent }) => parent === ancestor).map((child) => child.pid));
  }
  return found;
};

/** Those of the processes that still run. One that merely waits for init to take note of its end does not. */
export const living = async (pids: readonly number[]): Promise<number[]> =>
  (await listProcesses())
    .filter(({ pid, state }) => pids.includes(pid) && !state.startsWith('Z'))
    .map(({ pid }) => pid);
