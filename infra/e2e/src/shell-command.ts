import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@shared/testing';
import { descendantsOf } from './processes.ts';

/** A command as somebody typed it into a terminal, with everything that it says. */
export type ShellCommand = AsyncDisposable & {
  output(): string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Waits for a text in the output; a command that ends before, or takes too long, is an error. */
  says(text: string): Promise<void>;
  /** What the terminal does at Ctrl-C: the signal goes to the whole group in the foreground. */
  pressCtrlC(): void;
  /** The processes that it started, and those that these started, however they detached themselves. */
  processes(): Promise<number[]>;
};

const SAYS_WITHIN_MS = 120_000;
const DISPOSE_WITHIN_MS = 20_000;

/** Runs a script in a shell, as a process group of its own. */
export const runShell = (
  script: string,
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): ShellCommand => {
  const child = spawn('/bin/sh', ['-eu', '-c', script], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid = 0 } = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += String(chunk)));
  }
  let ended = false;
  const exited = once(child, 'close').then(([code, signal]) => {
    ended = true;
    return { code, signal };
  });
  const signalGroup = (signal: NodeJS.Signals) => {
    if (!ended) process.kill(-pid, signal);
  };
  return {
    output: () => output,
    exited,
    says: (text) =>
      eventually(
        () => {
          if (output.includes(text)) return;
          throw new Error(
            `"${script}" ${ended ? 'ended' : 'runs'} and did not say "${text}":\n${output}`,
          );
        },
        { timeoutMs: ended ? 0 : SAYS_WITHIN_MS },
      ),
    pressCtrlC: () => signalGroup('SIGINT'),
    processes: () => descendantsOf(pid),
    async [Symbol.asyncDispose]() {
      signalGroup('SIGTERM');
      const timer = setTimeout(() => signalGroup('SIGKILL'), DISPOSE_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
};
