import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensurePythonPackages } from '@shared/embedded';
import type { TestContext } from 'vitest';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);

/** Releases whose wires differ; each with a redis-py of its time, and the scheduling library it wants. */
const RELEASES = {
  '1.13.0': ['rq==1.13.0', 'redis==4.3.4'],
  '1.16.2': ['rq==1.16.2', 'redis==5.0.8'],
  '2.10.0': ['rq==2.10.0', 'redis==6.4.0'],
  '2.12.0': ['rq==2.12.0', 'redis==6.4.0'],
  '3.0.0': ['rq==3.0.0', 'redis==6.4.0'],
} as const;

export type RqRelease = keyof typeof RELEASES;

/** Real RQ: programs of ours with the library, and its own command line. */
export type RqPython = {
  /** Runs statements with what client.py offers (`q`, `outcome(job)`, …); returns what they showed. */
  run(code: string): Promise<unknown[]>;
  /** `rq …`; resolves to its exit code and what it printed. */
  rq(args: readonly string[]): Promise<{ code: number; out: string }>;
  /** An RQ worker process of the functions in suite_tasks.py. */
  worker(args: readonly string[]): AsyncDisposable & { kill(): Promise<void>; pid: number };
};

/** Skips the test, saying why, where the library cannot be had. */
export const openRqPython = async (
  context: TestContext,
  { redisUrl, queue, version = '2.12.0' }: { redisUrl: string; queue: string; version?: RqRelease },
): Promise<RqPython> => {
  const found = await ensurePythonPackages(`rq-${version}`, RELEASES[version]);
  if ('missing' in found) {
    return context.skip(`${found.missing}. ${found.fix}`);
  }
  const options = {
    cwd: FOLDER,
    env: {
      PATH: process.env['PATH'] ?? '',
      PYTHONPATH: `${found.env.PYTHONPATH}:${FOLDER}`,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
      RQ_REDIS_URL: redisUrl,
      RQ_TEST_REDIS: redisUrl,
      RQ_TEST_QUEUE: queue,
    },
  };
  return {
    async run(code) {
      const { stdout } = await run(found.python, ['client.py', code], options);
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown);
    },
    async rq(args) {
      try {
        const { stdout, stderr } = await run(found.python, ['-m', 'rq.cli', ...args], options);
        return { code: 0, out: stdout + stderr };
      } catch (error) {
        const failed = error as { code: number; stdout: string; stderr: string };
        return { code: failed.code, out: failed.stdout + failed.stderr };
      }
    },
    worker(args) {
      const child = spawn(found.python, ['-m', 'rq.cli', 'worker', '--quiet', ...args], {
        ...options,
        stdio: 'ignore',
      });
      return {
        pid: child.pid ?? 0,
        kill: () => end(child, 'SIGKILL'),
        [Symbol.asyncDispose]: () => end(child, 'SIGTERM'),
      };
    },
  };
};

const end = async (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
};
