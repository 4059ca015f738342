import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@shared/queue';

const PROGRAM = fileURLToPath(new URL('worker-program.ts', import.meta.url));

/** What a worker process is started with; the rest it decides itself. */
export type ProcessOptions = Pick<WorkerOptions, 'redisUrl'> &
  Required<Pick<WorkerOptions, 'prefix'>> &
  Pick<
    WorkerOptions,
    'name' | 'concurrency' | 'lockMs' | 'shutdownGraceMs' | 'deafAfterMs' | 'autoscale'
  > & { lifetimeMs?: number };

export type WorkerProcess = AsyncDisposable & {
  readonly pid: number;
  /** Everything it printed so far. */
  readonly lines: readonly string[];
  /** Resolves when it has printed a line like this, or rejects when it ends without. */
  says(line: RegExp): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** How it ended: its exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
};

/** A worker in a process of its own, see worker-program.ts; killed at the end if it still runs. */
export const spawnWorker = (options: ProcessOptions): WorkerProcess => {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null || child.pid === undefined) throw new Error('No process.');
  const lines: string[] = [];
  const waiting = new Set<{ line: RegExp; resolve(): void; reject(error: Error): void }>();
  const output = createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    for (const wanted of waiting) {
      if (!wanted.line.test(line)) continue;
      waiting.delete(wanted);
      wanted.resolve();
    }
  });
  const read = once(output, 'close');
  const ended = once(child, 'exit').then(async ([code, signal]) => {
    await read;
    const said = lines.slice(-5).join('\n');
    for (const { line, reject } of waiting) reject(new Error(`ended without ${line}:\n${said}`));
    return (code ?? signal) as number | NodeJS.Signals; // One of the two is set.
  });
  return {
    pid: child.pid,
    lines,
    says: (line) =>
      new Promise((resolve, reject) => {
        if (lines.some((said) => line.test(said))) resolve();
        else waiting.add({ line, resolve, reject });
      }),
    signal: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
};
