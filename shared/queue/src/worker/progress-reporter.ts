import { InvalidOptionError } from '@shared/errors';

/** A handler may report thousands of times a second; Redis and watchers need ten. */
const INTERVAL_MS = 100;

export type ProgressReporter = {
  report(fraction: number, message?: string): void;
  /** Stores what was reported last, if it is not stored yet. */
  flush(): Promise<void>;
};

/** Stores progress at most every {@link INTERVAL_MS}, the last report always. */
export const createProgressReporter = (
  store: (json: string) => Promise<void>,
): ProgressReporter => {
  let latest: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> = Promise.resolve();

  const write = () => {
    const json = latest;
    latest = undefined;
    // Progress is a courtesy: failing to store it must not fail the job.
    if (json !== undefined) storing = storing.then(() => store(json)).catch(() => undefined);
  };

  return {
    report(fraction, message) {
      if (!(fraction >= 0 && fraction <= 1)) {
        throw new InvalidOptionError('fraction', `${fraction} is out of range`, 'Report 0 to 1.');
      }
      latest = JSON.stringify({ fraction, message: message ?? null });
      if (timer !== undefined) return;
      write();
      timer = setTimeout(() => {
        timer = undefined;
        write();
      }, INTERVAL_MS);
    },
    flush() {
      clearTimeout(timer);
      timer = undefined;
      write();
      return storing;
    },
  };
};
