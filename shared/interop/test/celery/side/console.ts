import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PythonEnvironment } from '@shared/embedded';

/** A Python process with a Celery app, `send(name, …)`, `sig(name, …)` and `outcome(result)`. */
export type Console = AsyncDisposable & {
  /** Runs statements; names stay from one to the next. Resolves to the last expression's value. */
  run<Value = unknown>(source: string): Promise<Value>;
};

export const openConsole = (
  { python, env }: PythonEnvironment,
  settings: Readonly<Record<string, unknown>>,
): Console => {
  const child = spawn(python, [fileURLToPath(new URL('./console.py', import.meta.url))], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...env,
      PYTHONDONTWRITEBYTECODE: '1',
      CONSOLE_CELERY: JSON.stringify(settings),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: ((line: string | undefined) => void)[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line.startsWith('>')) waiting.shift()?.(line.slice(1));
  });
  lines.on('close', () => {
    for (const answer of waiting.splice(0)) answer(undefined);
  });
  const gone = once(child, 'exit');

  return {
    async run<Value>(source: string) {
      const answered = new Promise<string | undefined>((resolve) => waiting.push(resolve));
      child.stdin.write(`${JSON.stringify(source)}\n`);
      const answer = JSON.parse((await answered) ?? '{"error":"Python has ended"}') as {
        error?: string;
        value: Value; // As the caller knows its own statements.
      };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill('SIGKILL');
      await gone;
    },
  };
};
