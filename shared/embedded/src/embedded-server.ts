import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from '@shared/errors';
import { freePort } from './free-port.ts';
import { type Exit, type GuardedProcess, startGuarded } from './guarded-process.ts';

/** A server that runs for us alone, on the loopback address; leaving its scope stops it. */
export type EmbeddedServer = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not. */
  readonly exited: Promise<Exit>;
  /** Stops it in its own orderly way, with everything on disk. */
  stop(): Promise<void>;
  /** Ends it as a crash would, with SIGKILL. */
  kill(): Promise<void>;
};

export type Launch = {
  name: string;
  /** The program, or a program that runs it, with what that one takes first. */
  command: readonly string[];
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** What makes this server flush and go. */
  stopSignal: NodeJS.Signals;
  url: string;
  /** Asked again and again until it says yes; another server may listen on the same port. */
  isReady(pid: number): Promise<boolean>;
  onLine?: ((line: string) => void) | undefined;
};

const START_TIMEOUT_MS = 120_000; // A long append-only file is read back before the first answer.
const POLL_MS = 20;
const TRIES_FOR_A_PORT = 5;

/**
 * Starts a server and resolves when it answers. Without a `port` of the caller's, another one is
 * taken if somebody was quicker.
 *
 * @throws {EmbeddedServerError} with its last lines when it ends before it is ready.
 */
export const startServer = async (
  port: number | undefined,
  launchOn: (port: number) => Launch,
): Promise<EmbeddedServer> => {
  for (let tried = 1; ; tried++) {
    const chosen = port ?? (await freePort());
    const launch = launchOn(chosen);
    const server = await spawnServer(launch);
    const failure = await becomesReady(launch, server);
    if (failure === undefined) return embeddedServer(launch, server, chosen);
    await server.stop({ signal: 'SIGKILL' });
    const taken = server.lastLines().some((line) => line.includes('ddress already in use'));
    if (!taken || port !== undefined || tried === TRIES_FOR_A_PORT) {
      throw new EmbeddedServerError(launch.name, {
        why: taken ? `port ${chosen} is taken` : failure,
        fix: taken ? 'Stop what listens there or choose another port.' : 'See what it said.',
        lastLines: server.lastLines(),
      });
    }
  }
};

const spawnServer = async ({ name, command, args, env, stopSignal, onLine }: Launch) => {
  const [program = '', ...words] = [...command, ...args];
  try {
    return await startGuarded(program, words, {
      env,
      orphanSignal: stopSignal,
      ...(onLine && { onLine }),
    });
  } catch (cause) {
    const fix = 'Check that the file exists and may be run.';
    throw new EmbeddedServerError(name, { why: `cannot run ${program}`, fix }, { cause });
  }
};

/** Nothing when the server answers, or why it will not. */
const becomesReady = async (launch: Launch, server: GuardedProcess) => {
  const ended = new AbortController();
  const exit = server.exited.then(({ code, signal }) => {
    ended.abort();
    return `it ended at once (${signal ?? `exit code ${code}`})`;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!ended.signal.aborted && Date.now() < deadline) {
    if (await launch.isReady(server.pid)) return undefined;
    await sleep(POLL_MS, undefined, { signal: ended.signal }).catch(() => undefined);
  }
  return ended.signal.aborted ? exit : `it did not answer within ${START_TIMEOUT_MS} ms`;
};

const embeddedServer = (launch: Launch, server: GuardedProcess, port: number): EmbeddedServer => {
  const stop = async () => void (await server.stop({ signal: launch.stopSignal }));
  return {
    url: launch.url,
    port,
    pid: server.pid,
    exited: server.exited,
    stop,
    kill: async () => void (await server.stop({ signal: 'SIGKILL' })),
    [Symbol.asyncDispose]: stop,
  };
};
