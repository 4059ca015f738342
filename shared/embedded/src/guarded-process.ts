import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** How a process ended: one of the two is set. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type GuardedProcess = {
  readonly pid: number;
  /** Resolves when the process has ended and its output was read; never rejects. */
  readonly exited: Promise<Exit>;
  /** The end of what it printed, oldest first. */
  lastLines(): readonly string[];
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, insists after `graceMs`, and resolves when it has ended. */
  stop(options?: { signal?: NodeJS.Signals; graceMs?: number }): Promise<Exit>;
};

const KEPT_LINES = 40;

/**
 * Ends the group `$1` as soon as standard input closes, which the kernel does when our process dies
 * of whatever cause, `kill -9` included: first with signal `$2`, after `$3` tenths of a second with KILL.
 */
const GUARD = `
read -r _
kill -s "$2" -- "-$1" 2>/dev/null || exit 0
waited=0
while kill -s 0 -- "-$1" 2>/dev/null && [ "$waited" -lt "$3" ]; do
  sleep 0.1
  waited=$((waited + 1))
done
kill -s KILL -- "-$1" 2>/dev/null
`;

/**
 * Starts a program in a session of its own, so that Ctrl-C in the terminal reaches only us and we
 * decide the order in which things stop, and sees to it that it never outlives us.
 *
 * @param orphanSignal what it gets when our process died without stopping it.
 * @throws the `spawn` error (`ENOENT`, `EACCES`) if the program cannot be run.
 */
export const startGuarded = async (
  command: string,
  args: readonly string[],
  {
    env,
    cwd,
    orphanSignal = 'SIGTERM',
    orphanGraceMs = 5_000,
    onLine,
  }: {
    env?: NodeJS.ProcessEnv;
    cwd?: string;
    orphanSignal?: NodeJS.Signals;
    orphanGraceMs?: number;
    onLine?: (line: string) => void;
  } = {},
): Promise<GuardedProcess> => {
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw await new Promise((resolve) => child.once('error', resolve));
  const dismissGuard = startGuard(pid, orphanSignal, orphanGraceMs);
  const tail = keepLastLines(child, onLine);
  let ended = false;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', () => {
      ended = true;
      dismissGuard();
      signalGroup(pid, 'SIGKILL'); // Whatever it started itself ends with it.
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid,
    exited,
    lastLines: () => tail,
    signal: (signal) => {
      if (!ended) child.kill(signal);
    },
    async stop({ signal = 'SIGTERM', graceMs = 10_000 } = {}) {
      if (!ended) child.kill(signal);
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
};

const startGuard = (pid: number, signal: NodeJS.Signals, graceMs: number) => {
  const tenths = Math.ceil(graceMs / 100);
  const guard = spawn(
    '/bin/sh',
    ['-c', GUARD, 'guard', String(pid), signal.replace('SIG', ''), String(tenths)],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  guard.on('error', () => {}); // Without /bin/sh there is no guard; stopping in order still works.
  guard.unref();
  (guard.stdin as Socket | null)?.unref(); // A child's pipe is a socket; the type says less.
  return () => guard.kill('SIGKILL');
};

const keepLastLines = (child: ChildProcess, onLine?: (line: string) => void) => {
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      tail.push(line);
      if (tail.length > KEPT_LINES) tail.shift();
      onLine?.(line);
    });
  }
  return tail;
};

const signalGroup = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended already.
  }
};
