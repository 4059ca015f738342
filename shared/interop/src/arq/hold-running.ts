import type { Logger } from '@shared/service';
import { RENEW_MS } from './lock.ts';
import type { ArqStore } from './store.ts';

/** Keeps the locks of all runs of this process, with one timer. */
export const holdRunning = (store: ArqStore, log: Logger) => {
  const running = new Map<string, { id: string; fence: number | null }>();
  let timer: NodeJS.Timeout | undefined;

  const renew = async () => {
    try {
      if (running.size > 0) await store.hold([...running.values()]);
    } catch (error) {
      log.warn({ error }, 'locks in ARQ could not be renewed');
    }
  };

  return {
    begin(jobId: string, lock: { id: string; fence: number | null }) {
      running.set(jobId, lock);
      timer ??= setInterval(() => void renew(), RENEW_MS).unref();
    },
    end(jobId: string) {
      running.delete(jobId);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
