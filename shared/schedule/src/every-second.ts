import type { Logger } from '@shared/service';
import { schedule } from 'node-cron';

/**
 * Calls `pulse` at the start of every second until it is disposed of; not while an earlier call still
 * runs. Disposing waits for that one.
 */
export const everySecond = (
  pulse: () => Promise<void>,
  { log }: { log: Logger },
): AsyncDisposable => {
  let running = Promise.resolve();
  const task = schedule(
    '* * * * * *',
    () => {
      running = pulse().catch((error: unknown) => log.error({ error }, 'pulse failed'));
      return running;
    },
    {
      name: 'pulse',
      noOverlap: true,
      // node-cron writes to stderr otherwise; a late second is made up for by the next one.
      suppressMissedWarning: true,
      logger: {
        info: (message) => log.debug(message),
        warn: (message) => log.debug(message),
        error: (message) => log.error(String(message)),
        debug: (message) => log.debug(String(message)),
      },
    },
  );
  return {
    async [Symbol.asyncDispose]() {
      await task.destroy();
      await running;
    },
  };
};
