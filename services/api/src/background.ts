import type { Logger } from '@shared/service';

/** Work that goes on after its request was answered. Disposing waits for all of it. */
export type Background = AsyncDisposable & {
  run(name: string, work: () => Promise<void>, log: Logger): void;
};

export const createBackground = (): Background => {
  const running = new Set<Promise<void>>();
  return {
    run(name, work, log) {
      const done = work()
        .catch((error: unknown) => log.error({ error, work: name }, 'background work failed'))
        .finally(() => running.delete(done));
      running.add(done);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running);
    },
  };
};
