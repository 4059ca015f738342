import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit } from '@shared/embedded';

/** What is kept running: a process or a server that can end by itself. */
export type Runnable = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stop(): Promise<unknown>;
};

/** Why it has to be started again, and when it will be. */
export type Crash = { name: string; reason: string; restartInMs: number };

export type Supervised = AsyncDisposable & {
  readonly name: string;
  /** Of the process that runs now; nothing between a crash and the next start. */
  pid(): number | undefined;
};

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Whatever ran this long was healthy: the next crash starts with a short wait again. */
const CALM_MS = 60_000;

/**
 * Starts something and starts it again whenever it ends, waiting a little longer each time, until it
 * is disposed of.
 *
 * @throws what the first `start` throws; later ones count as crashes.
 */
export const supervise = async ({
  name,
  start,
  onCrash,
  firstWaitMs = FIRST_WAIT_MS,
}: {
  name: string;
  start: () => Promise<Runnable>;
  onCrash: (crash: Crash) => void;
  firstWaitMs?: number;
}): Promise<Supervised> => {
  const stopping = new AbortController();
  let current: Runnable | undefined = await start();
  const keepRunning = async () => {
    let waitMs = firstWaitMs;
    let since = Date.now();
    let reason = await ending(current);
    while (!stopping.signal.aborted) {
      current = undefined;
      if (Date.now() - since > CALM_MS) waitMs = firstWaitMs;
      onCrash({ name, reason, restartInMs: waitMs });
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      since = Date.now();
      const started = await start().catch((error: unknown) => String(error));
      if (typeof started === 'string') {
        reason = started;
        continue;
      }
      current = started;
      if (stopping.signal.aborted) void started.stop();
      reason = await ending(started);
    }
  };
  const kept = keepRunning();
  return {
    name,
    pid: () => current?.pid,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await current?.stop();
      await kept;
    },
  };
};

const ending = async (runnable: Runnable | undefined) => {
  const { code, signal } = (await runnable?.exited) ?? { code: null, signal: null };
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
};
