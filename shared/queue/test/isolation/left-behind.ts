import { readdirSync, readFileSync } from 'node:fs';

/** The threads of this process that are isolates, by what the kernel says. */
export const isolateThreads = (): string[] =>
  readdirSync('/proc/self/task').filter((thread) => {
    try {
      return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === 'isolate';
    } catch {
      return false; // It ended in between.
    }
  });

/** The processes whose parent is this one and whose program is an isolate's. */
export const isolateProcesses = (parent = process.pid): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isIsolateOf(pid, parent));

const isIsolateOf = (pid: number, parent: number): boolean => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return status.includes(`\nPPid:\t${parent}\n`) && program.includes('isolate-main.ts');
  } catch {
    return false;
  }
};

export const isAlive = (pid: number): boolean => {
  try {
    // A zombie is gone for all but its parent.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

export const isolates = (): number => isolateThreads().length + isolateProcesses().length;
