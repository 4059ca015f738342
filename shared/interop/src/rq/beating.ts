import type { RqSettings } from './options.ts';
import type { Presence } from './presence.ts';
import type { RqRun, RqStore } from './redis/store.ts';

/** Signs of life for the worker and every job that it has, until it is disposed. */
export const keepBeating = ({
  store,
  presence,
  current,
  held,
  forget,
  settings: { beatMs, log },
}: {
  store: RqStore;
  presence: () => Presence | undefined;
  current: () => readonly RqRun[];
  held: () => readonly RqRun[];
  forget: (run: RqRun) => void;
  settings: RqSettings;
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
  const timer = setInterval(() => void beat(), beatMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};

/** A service may run what several bridges took. */
const groupByWorker = (runs: readonly RqRun[]): Map<string, RqRun[]> => {
  const groups = new Map<string, RqRun[]>();
  for (const run of runs) groups.set(run.worker, [...(groups.get(run.worker) ?? []), run]);
  return groups;
};
