import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT, startGuarded } from '@shared/embedded';
import { type Addresses, readAddresses } from './config.ts';
import { PlatformNotStartedError } from './errors/platform-not-started-error.ts';
import { readAnnouncement } from './find-platform.ts';

/** A first start fetches a Redis and makes a database. */
const START_TIMEOUT_MS = 180_000;

/** Longer than the platform gives its own processes. */
const STOP_TIMEOUT_MS = 60_000;

const POLL_MS = 100;

export type StartedPlatform = AsyncDisposable & {
  addresses: Addresses;
  /** Resolves when it ended by itself. */
  exited: Promise<unknown>;
};

/**
 * Runs what `npm start` runs, and resolves once it is ready, or with nothing when `stop` aborts before.
 * Leaving its scope stops it in order; it never outlives us.
 *
 * @throws {PlatformNotStartedError} with the last it said.
 */
export const startPlatform = async (
  { dataDirectory }: { dataDirectory: string },
  { env, stop }: { env: NodeJS.ProcessEnv; stop: AbortSignal },
): Promise<StartedPlatform | undefined> => {
  const main = join(PROJECT_ROOT, 'infra', 'start', 'src', 'main.ts');
  const child = await startGuarded(process.execPath, [main], {
    cwd: PROJECT_ROOT,
    env,
    orphanGraceMs: STOP_TIMEOUT_MS,
  });
  const end = async () => void (await child.stop({ graceMs: STOP_TIMEOUT_MS }));
  const ended = child.exited.then(({ code, signal }) => ({
    ended: signal === null ? `it ended with exit code ${code}` : `${signal} ended it`,
  }));
  const found = await Promise.race([announcementOf(child.pid, dataDirectory, stop), ended]);
  if (found !== undefined && 'env' in found) {
    const addresses = readAddresses(found.env);
    return { addresses, exited: child.exited, [Symbol.asyncDispose]: end };
  }
  await end();
  if (stop.aborted) return undefined;
  const why = found?.ended ?? `it was not ready within ${START_TIMEOUT_MS / 1_000} s`;
  throw new PlatformNotStartedError(why, child.lastLines());
};

/** What the process `pid` announced; nothing if it did not in time, or `stop` aborted. */
const announcementOf = async (pid: number, dataDirectory: string, stop: AbortSignal) => {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!stop.aborted && Date.now() < deadline) {
    const announcement = await readAnnouncement(dataDirectory);
    // A platform that was killed leaves its announcement behind.
    if (announcement?.pid === pid) return announcement;
    await sleep(POLL_MS);
  }
  return undefined;
};
