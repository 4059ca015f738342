import type { Logger } from '@shared/service';
import type { Presence } from './presence.ts';
import type { RqRun, RqStore } from './redis/store.ts';

/** A third of what an abandoned job is given, and more than one may be missed. */
const BEAT_MS = 15_000;

/** Signs of life for the worker and every job that it has, until it is disposed. */
export const keepBeating = ({
  store,
  presence,
  current,
  held,
  forget,
  log,
}: {
  store: RqStore;
  presence: () => Presence | undefined;
  current: () => readonly RqRun[];
  held: () => readonly RqRun[];
  forget: (run: RqRun) => void;
  log: Logger;
}): Disposable => {
  const beat = async () => {
    try {
      await presence()?.beat();
      await Promise.all(
        [...groupByWorker(current())].map(([worker, runs]) => store.hold(worker, runs, 'begun')),
      );
      const waiting = held();
      const [first] = waiting;
      if (first === undefined) return;
      const still = await store.hold(first.worker, waiting, 'taken');
      for (const [at, run] of waiting.entries()) if (still[at] !== true) forget(run);
    } catch (error) {
      log.warn({ error }, 'signs of life could not be given to RQ');
    }
  };
  const timer = setInterval(() => void beat(), BEAT_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};

/** A service may run what several bridges took. */
const groupByWorker = (runs: readonly RqRun[]): Map<string, RqRun[]> => {
  const groups = new Map<string, RqRun[]>();
  for (const run of runs) groups.set(run.worker, [...(groups.get(run.worker) ?? []), run]);
  return groups;
};
