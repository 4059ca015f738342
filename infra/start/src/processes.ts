import { freePort } from '@shared/embedded';
import type { Ports } from './environment.ts';
import type { LogFiles } from './log-files.ts';
import type { ProcfileLine } from './procfile.ts';
import { runProcess } from './run-process.ts';
import { type Supervised, supervise } from './supervise.ts';
import type { Terminal } from './terminal.ts';

/** One process that is kept running, and where it can be asked how it is. */
export type PlatformProcess = Supervised & {
  readonly description: string;
  /** What people open; nothing for a worker. */
  readonly address: string | undefined;
  /** Where it says that it is ready: any of them counts. */
  readonly readyAddresses: readonly string[];
  lastLines(): readonly string[];
};

export type ProcessOptions = {
  env: NodeJS.ProcessEnv;
  ports: Ports;
  graceMs: number;
  logs: LogFiles;
  terminal: Terminal;
};

/** Which of the ports a process serves people on, by its name. */
const PORT_OF: Record<string, keyof Ports> = {
  web: 'PORT',
  dashboard: 'DASHBOARD_PORT',
  mailbox: 'MAILBOX_PORT',
};

const KEPT_LINES = 15;

/** After which whoever waits for the end is told what it waits for. */
const PATIENCE_MS = 3_000;

/** Starts processes and keeps them running; disposing asks all to stop at once and waits for each. */
export const keepAllRunning = async (
  lines: readonly ProcfileLine[],
  options: ProcessOptions,
): Promise<AsyncDisposable & { processes: readonly PlatformProcess[] }> => {
  const processes: PlatformProcess[] = [];
  const stopAll = async () => {
    const left = new Set(processes);
    const tell = () =>
      options.terminal.say(`Still at work: ${[...left].map(({ name }) => name).join(', ')}`);
    const timer = setTimeout(tell, PATIENCE_MS);
    await Promise.all(
      processes.map(async (one) => {
        await one[Symbol.asyncDispose]();
        left.delete(one);
      }),
    );
    clearTimeout(timer);
  };
  try {
    for (const line of lines) processes.push(await keepRunning(line, options));
  } catch (error) {
    await stopAll();
    throw error;
  }
  return { processes, [Symbol.asyncDispose]: stopAll };
};

const keepRunning = async (
  line: ProcfileLine,
  { env, ports, graceMs, logs, terminal }: ProcessOptions,
): Promise<PlatformProcess> => {
  const healthPort = await freePort();
  const variable = PORT_OF[line.name];
  const port = variable && ports[variable];
  const sinks = [logs.open(line.name), terminal.showing(line.name)];
  const tail: string[] = [];
  const onLine = (text: string) => {
    tail.push(text);
    if (tail.length > KEPT_LINES) tail.shift();
    for (const sink of sinks) sink(text);
  };
  const childEnv = { ...env, HEALTH_PORT: String(healthPort) };
  const supervised = await supervise({
    name: line.name,
    onCrash: terminal.crashed,
    start: () => runProcess(line, { env: childEnv, graceMs, onLine }),
  });
  return {
    ...supervised,
    description: line.description,
    address: port === undefined ? undefined : `http://localhost:${port}`,
    readyAddresses: [healthPort, port]
      .filter((candidate) => candidate !== undefined)
      .map((candidate) => `http://127.0.0.1:${candidate}/health/ready`),
    lastLines: () => tail,
  };
};
