import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process a working folder belongs to: no two ever share it. */
export type ProcessMark = { host: string; pid: number; startedAt: string };

const SEPARATOR = '~';

export const ownMark = (): ProcessMark => ({
  host: hostname(),
  pid: process.pid,
  startedAt: startOf(process.pid) ?? '0',
});

export const markName = ({ host, pid, startedAt }: ProcessMark): string =>
  [host, pid, startedAt].join(SEPARATOR);

export const readMark = (name: string): ProcessMark | undefined => {
  const [host, pid, startedAt, ...rest] = name.split(SEPARATOR);
  if (host === undefined || startedAt === undefined || rest.length > 0) return undefined;
  return { host, pid: Number(pid), startedAt };
};

/** Whether a process of this machine still runs; the kernel may have given its number to another. */
export const isAlive = ({ pid, startedAt }: ProcessMark): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (startOf(pid) ?? '0') === startedAt;
};

/** When a process started, in the kernel's own count; only Linux tells. */
const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the start is the 22nd field, the 20th behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
};
