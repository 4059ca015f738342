import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PythonEnvironment } from '@shared/embedded';

export const HERE = fileURLToPath(new URL('.', import.meta.url));

export type Said = { code: number; out: string; err: string };

/** Celery's own command line for the app of shop.py. */
export type CommandLine = AsyncDisposable & {
  /** `celery -A shop …`. */
  call(args: readonly string[]): Promise<Said>;
  /** Several of them side by side. */
  callAll(lines: readonly (readonly string[])[]): Promise<Said[]>;
  /** Executes statements; `app` is the app. Resolves to what they print. */
  execute(source: string): Promise<string>;
};

/** What shop.py reads its settings from. */
export const shopEnvironment = ({ env }: PythonEnvironment, settings: object) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  ...env,
  COLUMNS: '100',
  PYTHONDONTWRITEBYTECODE: '1',
  SHOP_CELERY: JSON.stringify(settings),
});

export const openCommandLine = (found: PythonEnvironment, settings: object): CommandLine => {
  const child = spawn(found.python, ['command_line.py'], {
    cwd: HERE,
    env: shopEnvironment(found, settings),
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // What it runs dies with its group.
  });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();

  const answersTo = async (asked: readonly unknown[]): Promise<Said[]> => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("Celery's command line has ended");
      if (value.startsWith('>')) return JSON.parse(value.slice(1)) as Said[]; // Of command_line.py.
    }
  };
  /** One after the other. */
  const askAll = (asked: readonly unknown[]) => {
    const answers = last.then(() => answersTo(asked));
    last = answers.catch(() => undefined);
    return answers;
  };
  const ask = async (asked: unknown): Promise<Said> => {
    const [said] = await askAll([asked]);
    if (said === undefined) throw new Error("Celery's command line said nothing");
    return said;
  };

  return {
    call: ask,
    callAll: askAll,
    async execute(source) {
      const { code, out, err } = await ask(source);
      if (code !== 0) throw new Error(err);
      return out;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await gone;
    },
  };
};
