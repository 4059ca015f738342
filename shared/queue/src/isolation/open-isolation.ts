import type { Isolation as Kind } from '@shared/contracts';
import type { Logger } from '@shared/service';
import type { IsolatedHook } from '../hooks/hooks.ts';
import type { Implementation } from '../worker/implement.ts';
import { inPlace, type Perform } from '../worker/perform.ts';
import { openPool, type Pool, type PoolOptions } from './pool.ts';
import { runIsolated } from './run-isolated.ts';
import { startIsolate } from './start-isolate.ts';

/** How a worker keeps the threads and processes that its isolated handlers run in. */
export type IsolationOptions = {
  /** An isolate is replaced after so many jobs; 10,000 unless told. */
  maxJobs?: number;
  /** An isolate that was idle for so long is ended, but for one of each kind; 60,000 unless told. */
  idleMs?: number;
};

export type Isolation = AsyncDisposable & {
  /** How the attempts of an implementation are run. */
  performerOf(implementation: Implementation): Perform;
};

const DEFAULT_MEMORY_LIMIT_MB = 512;

/**
 * Opens a pool for each kind of isolate that the implementations need, with one isolate started and
 * all its handlers loaded. Tasks of the same kind and memory limit share a pool.
 *
 * The pools are our own: BullMQ's sandbox starts its children itself, gives every job the same limits,
 * cannot end one that ignores its signal, tells a death only as "exited with code", and hands over its
 * own job instead of an attempt. Pools for threads know no processes, and leave V8's limit of the heap
 * to end the whole worker.
 *
 * @throws {InvalidOptionError} a handler's module cannot be loaded.
 */
export const openIsolation = async ({
  handlers,
  hook,
  log,
  maxJobs = 10_000,
  idleMs = 60_000,
}: {
  handlers: readonly Implementation[];
  /** What the hooks around the runs have for handlers. */
  hook?: IsolatedHook | undefined;
  log: Logger;
} & IsolationOptions): Promise<Isolation> => {
  const opened = new AsyncDisposableStack();
  const pools = new Map<string, Pool>();
  try {
    for (const { isolate, memoryLimitMb, modules } of placesOf(handlers)) {
      const start: PoolOptions['start'] = ({ load, signal }) =>
        startIsolate({ isolate, memoryLimitMb, modules: load ? modules : [], signal });
      const pool = opened.use(await openPool({ start, log, maxJobs, idleMs }));
      pools.set(keyOf({ isolate, memoryLimitMb }), pool);
    }
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }

  return {
    performerOf: (implementation) => {
      if ('handler' in implementation) return inPlace(implementation.handler);
      const wanted = wantedBy(implementation);
      const pool = pools.get(keyOf(wanted));
      if (pool === undefined) throw new Error('Isolation was opened for other implementations.');
      const module = implementation.module.href;
      const { memoryLimitMb } = wanted;
      const place = { pool, module, memoryLimitMb, logLevel: log.level, hook };
      return (payload, run) => runIsolated(place, payload, run);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

type Wanted = { isolate: Kind; memoryLimitMb: number };

const wantedBy = ({ task }: Implementation): Wanted => ({
  isolate: task.isolate ?? 'thread',
  memoryLimitMb: task.memoryLimitMb ?? DEFAULT_MEMORY_LIMIT_MB,
});

const keyOf = ({ isolate, memoryLimitMb }: Wanted) => `${isolate} ${memoryLimitMb}`;

/** Each kind of isolate that is needed, with the modules that run in it. */
const placesOf = (implementations: readonly Implementation[]) => {
  const places = new Map<string, Wanted & { modules: string[] }>();
  for (const implementation of implementations) {
    if (!('module' in implementation)) continue;
    const wanted = wantedBy(implementation);
    const place = places.get(keyOf(wanted)) ?? { ...wanted, modules: [] };
    place.modules.push(implementation.module.href);
    places.set(keyOf(wanted), place);
  }
  return places.values();
};
