import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensurePythonPackages, type PythonEnvironment } from '@shared/embedded';
import type { TestContext } from 'vitest';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);

/** Real ARQ: programs of ours with the library, and its own command line. */
export type ArqPython = {
  /** Runs statements that may await, with `pool`, `queue` and `show(value)`; returns what they showed. */
  run(code: string): Promise<unknown[]>;
  /** `arq …`; resolves to its exit code and what it printed. */
  arq(args: readonly string[]): Promise<{ code: number; out: string }>;
  /** An ARQ worker process of the functions in worker_functions.py. */
  worker(): AsyncDisposable & { kill(): Promise<void> };
};

/** Skips the test, saying why, where the library cannot be had. */
export const openArqPython = async (
  context: TestContext,
  { redisUrl, queue, version = '0.28.0' }: { redisUrl: string; queue: string; version?: string },
): Promise<ArqPython> => {
  const found = await ensurePythonPackages(`arq-${version}`, [`arq==${version}`, 'msgpack==1.1.2']);
  if ('missing' in found) {
    return context.skip(`${found.missing}. ${found.fix}`);
  }
  const env = environment(found, redisUrl, queue);
  return {
    async run(code) {
      const { stdout } = await run(found.python, ['client.py', code], { cwd: FOLDER, env });
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown);
    },
    async arq(args) {
      try {
        const { stdout, stderr } = await run(found.python, ['-m', 'arq', ...args], {
          cwd: FOLDER,
          env,
        });
        return { code: 0, out: stdout + stderr };
      } catch (error) {
        const failed = error as { code: number; stdout: string; stderr: string };
        return { code: failed.code, out: failed.stdout + failed.stderr };
      }
    },
    worker() {
      const child = spawn(found.python, ['-m', 'arq', 'worker_functions.WorkerSettings'], {
        cwd: FOLDER,
        env,
        stdio: 'ignore',
      });
      return {
        kill: () => end(child, 'SIGKILL'),
        [Symbol.asyncDispose]: () => end(child, 'SIGTERM'),
      };
    },
  };
};

const environment = ({ env }: PythonEnvironment, redisUrl: string, queue: string) => ({
  PATH: process.env['PATH'] ?? '',
  PYTHONPATH: env.PYTHONPATH,
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONWARNINGS: 'ignore',
  ARQ_TEST_REDIS: redisUrl,
  ARQ_TEST_QUEUE: queue,
});

const end = async (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
};
