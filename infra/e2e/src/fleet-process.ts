import { setTimeout as sleep } from 'node:timers/promises';
import { type Exit, freePort, PROJECT_ROOT, startGuarded } from '@shared/embedded';
import { ProcessNotReadyError } from './process-not-ready-error.ts';

/** One operating system process of a fleet, started by the command that would start it anywhere. */
export type FleetProcess = AsyncDisposable & {
  readonly name: string;
  readonly pid: number;
  /** Where it tells how it is, as in `http://127.0.0.1:4711`. */
  readonly healthUrl: string;
  readonly exited: Promise<Exit>;
  /** Asks it to go, and resolves when it has gone. */
  terminate(): Promise<Exit>;
  /** `kill -9`: it gets to do nothing any more. */
  kill(): Promise<Exit>;
  lastLines(): readonly string[];
};

const READY_WITHIN_MS = 60_000;
const POLL_MS = 25;

/** Longer than any grace that a test gives; only a process that hangs meets it. */
const TERMINATE_WITHIN_MS = 30_000;

/**
 * Starts a process from the project's root and resolves when it says that it is ready.
 *
 * @param options.port where it listens; one for its health alone unless told.
 * @throws {ProcessNotReadyError}
 */
export const startProcess = async (
  { name, command }: { name: string; command: readonly string[] },
  { env, port }: { env: Readonly<Record<string, string>>; port?: number | undefined },
): Promise<FleetProcess> => {
  const healthPort = port ?? (await freePort());
  const [program = '', ...args] = command;
  const child = await startGuarded(program, args, {
    cwd: PROJECT_ROOT,
    env: { ...env, HEALTH_PORT: String(healthPort) },
    orphanSignal: 'SIGKILL',
  });
  const healthUrl = `http://127.0.0.1:${healthPort}`;
  const ended = child.exited.then(({ code, signal }) => `it ended (${signal ?? `code ${code}`})`);
  const problem = await Promise.race([becomesReady(`${healthUrl}/health/ready`), ended]);
  if (problem !== undefined) {
    await child.stop({ signal: 'SIGKILL' });
    throw new ProcessNotReadyError(name, problem, child.lastLines());
  }
  const terminate = () => child.stop({ graceMs: TERMINATE_WITHIN_MS });
  return {
    name,
    pid: child.pid,
    healthUrl,
    exited: child.exited,
    terminate,
    kill: () => child.stop({ signal: 'SIGKILL' }),
    lastLines: child.lastLines,
    async [Symbol.asyncDispose]() {
      await terminate();
    },
  };
};

/** Nothing once it is ready, or why it is not. */
const becomesReady = async (address: string) => {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const response = await fetch(address).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok === true) return undefined;
    await sleep(POLL_MS);
  }
  return `it was not within ${READY_WITHIN_MS} ms`;
};
