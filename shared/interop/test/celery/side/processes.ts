import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PythonEnvironment } from '@shared/embedded';

/** A worker as a process of its own. */
export type WorkerProcess = AsyncDisposable & {
  /** Ends it with a signal, and waits for that. Resolves to its exit code, null after `kill -9`. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves to its exit code once it has ended by itself, null if by a signal. */
  gone(): Promise<number | null>;
};

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Resolves when the process has said that it is ready. */
const start = async (
  command: string,
  args: readonly string[],
  { env, ready }: { env: NodeJS.ProcessEnv; ready: string },
): Promise<WorkerProcess> => {
  // A group of its own: Celery's pool dies with it.
  const child = spawn(command, args, {
    cwd: FOLDER,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const gone = once(child, 'exit') as Promise<[number | null]>;
  const said: string[] = [];
  const isReady = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        said.push(line);
        if (line.includes(ready)) resolve();
      });
    }
  });
  const early = gone.then(() =>
    Promise.reject(new Error(`It ended: ${said.slice(-20).join('\n')}`)),
  );
  await Promise.race([isReady, early]);
  early.catch(() => undefined);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      if (signal === 'SIGKILL') process.kill(-child.pid, signal);
      else child.kill(signal);
    }
    const [code] = await gone;
    return code;
  };
  return {
    end,
    gone: async () => (await gone)[0],
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
};

/** A worker of ours, see serve.ts, or another program with its settings. */
export const startOurs = (settings: object, program = 'serve.ts'): Promise<WorkerProcess> =>
  start(process.execPath, [program, JSON.stringify(settings)], {
    env: { PATH: process.env['PATH'] ?? '' },
    ready: 'ready',
  });

/** Celery's own worker with the tasks of proj.py. */
export const startTheirs = (
  { python, env }: PythonEnvironment,
  settings: object,
  args: readonly string[] = [],
): Promise<WorkerProcess> =>
  start(
    python,
    ['-m', 'celery', '-A', 'proj', 'worker', '-c', '2', '--loglevel', 'INFO', ...args],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        ...env,
        PYTHONDONTWRITEBYTECODE: '1',
        CONSOLE_CELERY: JSON.stringify(settings),
      },
      ready: ' ready.',
    },
  );
