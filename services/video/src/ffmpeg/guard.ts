import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Its standard input closes when our process dies of whatever cause, `kill -9` included. */
const GUARD = 'read -r _; kill -s KILL "$1" 2>/dev/null';

/**
 * Sees to it that a process never outlives ours.
 *
 * @returns what to call once it has ended.
 */
export const guard = (pid: number): (() => void) => {
  const watching = spawn('/bin/sh', ['-c', GUARD, 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watching.on('error', () => {}); // Without /bin/sh there is no guard; stopping in order still works.
  watching.unref();
  (watching.stdin as Socket | null)?.unref(); // A child's pipe is a socket; the type says less.
  return () => void watching.kill('SIGKILL');
};
