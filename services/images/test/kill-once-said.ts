import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Runs a program beside this file, and kills it when it says its first line. */
export const killOnceSaid = async (program: string, args: readonly string[]): Promise<void> => {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const doomed = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: doomed.stdout }), 'line');
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
};
