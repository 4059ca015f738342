import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

type ServiceProcess = ChildProcessByStdio<null, Readable, Readable>;

/** A service as a process of its own, with nothing in its environment but `env`; killed at the end. */
export const startProcess = (
  main: string,
  env: Record<string, string>,
): Disposable & { child: ServiceProcess } => {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, [Symbol.dispose]: () => void child.kill('SIGKILL') };
};

/** The first line of a process's log with this message. */
export const logged = async (
  { stdout }: ServiceProcess,
  message: string,
): Promise<Record<string, unknown>> => {
  for await (const line of createInterface({ input: stdout })) {
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (entry['msg'] === message) return entry;
  }
  throw new Error(`The process never logged "${message}".`);
};

/** A test's own program as a process, which others can kill; resolves when it has said something. */
export const startProgram = async (
  program: URL,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<AsyncDisposable & { kill(): Promise<void> }> => {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  return { kill, [Symbol.asyncDispose]: kill };
};
