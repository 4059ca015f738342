import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { currentCelery, testRedisUrl } from '@shared/testing';
import { Redis } from 'ioredis';
import { openShell } from '../taskyard.ts';
import { alike } from './alike.ts';
import { type CommandLine, HERE, openCommandLine, shopEnvironment } from './command-line.ts';

/** What the command line prints of a Python worker and of one of ours, as far as they may be compared. */
export type Both = { theirs: Shown; ours: Shown };

type Shown = { code: number; out: string; err: string };

/** A Python worker and one of ours under the same name, in databases of their own, and a command line for each. */
export type Peers = AsyncDisposable & {
  theirs: CommandLine;
  ours: CommandLine;
  /** Calls `celery …` for both. */
  call(...args: string[]): Promise<Both>;
  /** Several of them side by side. */
  callAll(lines: readonly (readonly string[])[]): Promise<Both[]>;
  /** Executes statements in front of both; resolves to what they print. */
  execute(source: string): Promise<{ theirs: string; ours: string }>;
  /** Executes what never ends in front of both, until it is disposed. */
  more(source: string): Promise<AsyncDisposable>;
  /** Exit codes, when both have ended. */
  codes: Promise<{ theirs: number | null; ours: number | null }>;
  /** Ends both workers as an operator would. */
  stop(): void;
};

export const NODE = 'w@host';

/** Waits as long for the answer as a busy machine takes; it is over when it has come. */
export const TO_NODE = ['-d', NODE, '-t', '20'];

const at = (db: number) => new URL(`/${db}`, testRedisUrl()).href;

const settingsAt = (url: string, more: object = {}) => ({
  broker_url: url,
  result_backend: url,
  ...more,
});

export const openPeers = async ({
  db,
  args = {},
  settings = {},
  env = {},
}: {
  /** The first of two databases. */
  db: number;
  /** More for each on its command line. */
  args?: { theirs?: readonly string[]; ours?: readonly string[] };
  /** What is not as it is unless told: Celery's settings, and ours of the same meaning. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
}): Promise<Peers> => {
  const found = await currentCelery();
  if ('missing' in found) throw new Error(`${found.missing}. ${found.fix}`);
  await using opened = new AsyncDisposableStack();
  for (const number of [db, db + 1]) {
    const redis = new Redis(at(number));
    await redis.flushdb();
    redis.disconnect();
  }

  const options = ['-n', NODE, '-c', '1', '-Q', 'celery', '-l', 'INFO', ...(args.theirs ?? [])];
  const child = spawn(found.python, ['-m', 'celery', '-A', 'shop', 'worker', ...options], {
    cwd: HERE,
    env: shopEnvironment(found, settingsAt(at(db), settings)),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // Its pool dies with its group.
  });
  const gone = once(child, 'exit') as Promise<[number | null]>;
  opened.defer(async () => {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
    await gone;
  });
  const ready = new Promise<void>((resolve) => {
    createInterface(child.stderr).on('line', (line) => line.includes(' ready.') && resolve());
  });

  const shell = opened.use(await openShell());
  const place = ['--include', join(HERE, 'shop.ts'), '--celery-nodename', NODE];
  const own = ['-Q', 'celery', '--concurrency', '1', ...(args.ours ?? [])];
  const worker = shell.start(['worker', ...place, ...own], {
    env: { CELERY_BROKER_URL: at(db + 1), ...env },
  });
  await Promise.all([
    worker.line(/ serves /),
    Promise.race([ready, gone.then(() => Promise.reject(new Error("Celery's worker has ended")))]),
  ]);

  const lines = {
    theirs: opened.use(openCommandLine(found, settingsAt(at(db)))),
    ours: opened.use(openCommandLine(found, settingsAt(at(db + 1)))),
  };
  const both = async <Value>(ask: (line: CommandLine) => Promise<Value>) => {
    const [theirs, ours] = await Promise.all([ask(lines.theirs), ask(lines.ours)]);
    return { theirs, ours };
  };
  const whole = opened.move();
  return {
    ...lines,
    async call(...given) {
      const { theirs, ours } = await both((line) => line.call(given));
      return { theirs: alike(theirs), ours: alike(ours) };
    },
    async callAll(given) {
      const { theirs, ours } = await both((line) => line.callAll(given));
      return theirs.flatMap((said, at) => {
        const other = ours[at];
        return other === undefined ? [] : [{ theirs: alike(said), ours: alike(other) }];
      });
    },
    execute: (source) => both((line) => line.execute(source)),
    async more(source) {
      await using begun = new AsyncDisposableStack();
      for (const number of [db, db + 1]) {
        const line = begun.use(openCommandLine(found, settingsAt(at(number))));
        line.execute(source).catch(() => undefined);
      }
      return begun.move();
    },
    codes: Promise.all([gone, worker.finished]).then(([[theirs], { code: ours }]) => ({
      theirs,
      ours,
    })),
    stop() {
      child.kill('SIGTERM');
      worker.signal('SIGTERM');
    },
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  };
};
