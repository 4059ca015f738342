import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export type Bridge = AsyncDisposable & {
  /** Resolves when a line of its log has this in it, now or before. */
  says(text: string): Promise<void>;
};

/** The bridge as a process of its own, ready; told to stop at the end. */
export const startBridge = async (env: Record<string, string>): Promise<Bridge> => {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const said: string[] = [];
  const lines = createInterface(child.stdout).on('line', (line) => said.push(line));
  const says = async (text: string) => {
    while (!said.some((line) => line.includes(text))) await once(lines, 'line');
  };
  await Promise.race([
    says('bridge ready'),
    gone.then(() => Promise.reject(new Error('The bridge ended.'))),
  ]);
  return {
    says,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await gone;
    },
  };
};
