import type { Logger } from '@shared/service';
import { deliverAll } from './deliver.ts';
import type { HeldJob } from './held-job.ts';
import { openSpoolFiles } from './spool-files.ts';

/** Jobs on this machine's disk that wait for Redis. */
export type Spool = AsyncDisposable & {
  /** Resolves when the job is on the disk, so that a power cut does not take it. */
  hold(job: HeldJob): Promise<void>;
  /** Redis may be back: delivers what there is now. */
  wake(): void;
};

/** After trouble, and how often the folder is looked into though nobody tells of new jobs. */
const RETRY_MS = 2_000;
const POLL_MS = 5_000;
const BATCH = 200;

/**
 * Opens a folder that any number of processes may share, and delivers what others left there, also
 * before a restart.
 */
export const openSpool = (
  directory: string,
  { deliver, log }: { deliver(job: HeldJob): Promise<void>; log?: Logger | undefined },
): Spool => {
  const files = openSpoolFiles(directory);
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  /** Delivers some; false if there are no more, or some had to be left for later. */
  const deliverSome = async (): Promise<boolean> => {
    const names = await files.waiting();
    const found = await files.read(names.slice(0, BATCH));
    const outcomes = await deliverAll(
      found.map(({ held }) => held),
      { deliver, log },
    );
    for (const [i, file] of found.entries()) {
      const outcome = outcomes[i];
      if (outcome === 'delivered') await files.remove(file.name);
      else if (typeof outcome === 'object') await files.refuse(file, outcome.refused);
    }
    if (outcomes.includes('later')) schedule(RETRY_MS);
    return names.length > BATCH && !outcomes.includes('later');
  };

  const run = async () => {
    do again = false;
    while ((await deliverSome()) || again);
  };

  const wake = () => {
    if (ended) return;
    clearTimeout(timer);
    timer = undefined;
    again = true;
    running ??= run()
      .catch((error: unknown) => log?.warn({ error }, 'spool could not be read'))
      .finally(() => {
        running = undefined;
        if (timer === undefined) schedule(POLL_MS);
      });
  };

  const schedule = (ms: number) => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(wake, ms).unref();
  };

  wake();
  return {
    wake,
    async hold(job) {
      await files.add(job);
      schedule(RETRY_MS);
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(timer);
      await running;
    },
  };
};
