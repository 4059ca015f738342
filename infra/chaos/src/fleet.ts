import { fileURLToPath } from 'node:url';
import { type GuardedProcess, startGuarded } from '@shared/embedded';

const PROGRAM = fileURLToPath(new URL('worker-program.ts', import.meta.url));

/** Worker processes, each started anew whenever it ends, as by systemd. */
export type Fleet = AsyncDisposable & {
  /** Resolves when all of them serve. */
  ready(): Promise<void>;
  /** One that serves right now, if any does. */
  any(random: () => number): GuardedProcess | undefined;
};

export const startFleet = (size: number, args: readonly string[]): Fleet => {
  const living = new Set<GuardedProcess>();
  const serving = new Set<GuardedProcess>();
  const allServe = Promise.withResolvers<void>();
  let ended = false;

  const keepOne = async () => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- the returned function ends it.
    while (!ended) {
      const ready = Promise.withResolvers<void>();
      const worker = await startGuarded(process.execPath, [PROGRAM, ...args], {
        env: process.env,
        orphanSignal: 'SIGKILL',
        onLine: (line) => {
          if (line === 'ready') ready.resolve();
        },
      });
      living.add(worker);
      await Promise.race([ready.promise, worker.exited]);
      serving.add(worker);
      if (serving.size === size) allServe.resolve();
      await worker.exited;
      living.delete(worker);
      serving.delete(worker);
    }
  };
  const running = Array.from({ length: size }, keepOne);

  return {
    ready: () => allServe.promise,
    any: (random) => [...serving][Math.floor(random() * serving.size)],
    async [Symbol.asyncDispose]() {
      ended = true;
      for (const worker of living) worker.signal('SIGKILL');
      await Promise.all(running);
    },
  };
};
