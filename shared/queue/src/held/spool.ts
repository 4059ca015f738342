import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Logger } from '@shared/service';
import { deliverAll } from './deliver.ts';
import type { HeldJob } from './held-job.ts';

/** Jobs on this machine's disk that wait for Redis. */
export type Spool = AsyncDisposable & {
  /** Resolves when the job is on the disk, so that a power cut does not take it. */
  hold(job: HeldJob): Promise<void>;
  /** Redis may be back: delivers what there is now. */
  wake(): void;
};

const RETRY_MS = 2_000;
const BATCH = 200;
const HELD = '.job';
const REFUSED = '.refused';

/**
 * Opens a folder that any number of processes may share, and delivers what others left there, also
 * before a restart. One file is one job: it is written beside its place, synced, and put there whole.
 */
export const openSpool = (
  directory: string,
  { deliver, log }: { deliver(job: HeldJob): Promise<void>; log?: Logger | undefined },
): Spool => {
  let counter = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  const deliverSome = async (): Promise<boolean> => {
    const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(HELD));
    const batch = names.sort().slice(0, BATCH);
    const jobs = await Promise.all(batch.map((name) => readHeld(join(directory, name))));
    const found = batch.flatMap((name, i) => (jobs[i] ? [{ name, job: jobs[i] }] : []));
    const outcomes = await deliverAll(
      found.map(({ job }) => job),
      { deliver, log },
    );
    for (const [i, { name }] of found.entries()) {
      const path = join(directory, name);
      const outcome = outcomes[i];
      if (outcome === 'delivered') await rm(path, { force: true });
      else if (outcome !== 'later') await rename(path, `${path}${REFUSED}`).catch(() => undefined);
    }
    if (outcomes.includes('later')) schedule();
    return names.length > BATCH && !outcomes.includes('later');
  };

  const run = async () => {
    do again = false;
    while ((await deliverSome()) || again);
  };

  const wake = () => {
    if (ended) return;
    clearTimeout(timer);
    again = true;
    running ??= run()
      .catch((error: unknown) => log?.warn({ error }, 'spool could not be read'))
      .finally(() => {
        running = undefined;
      });
  };

  const schedule = () => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(wake, RETRY_MS).unref();
  };

  wake();
  return {
    wake,
    async hold(job) {
      await mkdir(directory, { recursive: true });
      // Sorts by age; the rest keeps processes apart.
      const unique = `${process.pid}-${randomBytes(4).toString('hex')}`;
      const name = `${Date.now()}-${String((counter += 1)).padStart(9, '0')}-${unique}`;
      const draft = join(directory, `${name}.draft`);
      await writeSynced(draft, JSON.stringify(job));
      await rename(draft, join(directory, `${name}${HELD}`));
      await syncFolder(directory);
      schedule();
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(timer);
      await running;
    },
  };
};

const writeSynced = async (path: string, text: string) => {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
};

/** A new name is on the disk only once its folder is. */
const syncFolder = async (directory: string) => {
  // Windows opens no folders, and keeps names without being asked.
  const folder: FileHandle | undefined = await open(directory, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
};

/** Undefined if another process has delivered it meanwhile. */
const readHeld = async (path: string): Promise<HeldJob | undefined> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as HeldJob); // Written by hold() alone.
};
