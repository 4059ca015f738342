import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

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
