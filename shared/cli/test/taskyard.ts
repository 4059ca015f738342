import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { vi } from 'vitest';
import { runCommandLine } from '../src/run.ts';

// Processes take a second or more to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const BIN = fileURLToPath(new URL('../bin/taskyard.mjs', import.meta.url));

/** The tasks that the tests' workers run. */
export const TASKS = fileURLToPath(new URL('./fixtures/tasks.ts', import.meta.url));
export const WHOLE_CATALOGUE = fileURLToPath(
  new URL('./fixtures/whole-catalogue.ts', import.meta.url),
);

export type Finished = { code: number | null; out: string; err: string };

export type Started = AsyncDisposable & {
  pid: number;
  /** Resolves with the first line of either output that matches. */
  line(pattern: RegExp): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  finished: Promise<Finished>;
};

/** A folder, a key prefix of its own on the run's Redis, and the real command. */
export type Shell = AsyncDisposable & {
  folder: string;
  prefix: string;
  /** The command in this process, for a process of its own takes a second to start. */
  call(args: readonly string[], options?: { input?: string; env?: Env }): Promise<Finished>;
  /** Starts the real one. */
  start(args: readonly string[], options?: { input?: string; env?: Env }): Started;
  /** Starts a worker with the tests' tasks and resolves once it serves. */
  worker(args?: readonly string[], env?: Env): Promise<Started>;
};

/** An undefined variable is not set. */
type Env = Record<string, string | undefined>;

export const openShell = async (): Promise<Shell> => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-cli-'));
  const prefix = uniquePrefix();
  const opened = new AsyncDisposableStack();
  opened.defer(() => rm(folder, { recursive: true, force: true }));

  const ours: Env = { REDIS_URL: testRedisUrl(), QUEUE_PREFIX: prefix };
  const start: Shell['start'] = (args, { input = '', env = {} } = {}) =>
    opened.use(
      startProcess(args, { cwd: folder, env: { ...inherited(), ...ours, ...env }, input }),
    );

  return {
    folder,
    prefix,
    start,
    async call(args, { input = '', env = {} } = {}) {
      const said = { out: '', err: '' };
      const code = await runCommandLine(args, {
        env: { ...ours, ...env },
        cwd: folder,
        print: (text) => (said.out += `${text}\n`),
        warn: (text) => (said.err += `${text}\n`),
        readInput: async () => input,
        interactive: false,
      });
      return { code, ...said };
    },
    async worker(args = [], env = {}) {
      const worker = start(['worker', '--include', TASKS, ...args], { env });
      await worker.line(/ serves /);
      return worker;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

/** Resolves with the fence that a handler of the tests' tasks wrote when it began. */
export const begun = (marker: string): Promise<number> =>
  eventually(async () => Number(await readFile(marker, 'utf8')), { timeoutMs: 15_000 });

/** Without the variables that a developer's shell may have set for the command. */
const inherited = (): Env => ({ PATH: process.env['PATH'] ?? '' });

const startProcess = (
  args: readonly string[],
  { cwd, env, input }: { cwd: string; env: Env; input: string },
): Started => {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env, stdio: 'pipe' });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr.on('data', (chunk) => (output.err += String(chunk)));
  child.stdin.end(input);
  const finished = once(child, 'close').then(([code]: unknown[]) => ({
    code: typeof code === 'number' ? code : null,
    ...output,
  }));
  return {
    pid: child.pid ?? 0,
    finished,
    signal: (signal) => child.kill(signal),
    line: (pattern) =>
      eventually(
        () => {
          const all = `${output.out}\n${output.err}`;
          const found = all.split('\n').find((line) => pattern.test(line));
          if (found === undefined) throw new Error(`no line matches ${pattern} in:\n${all}`);
          return found;
        },
        { timeoutMs: 15_000 },
      ),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await finished;
    },
  };
};
