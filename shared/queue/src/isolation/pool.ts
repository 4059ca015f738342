import type { Logger } from '@shared/service';
import { within } from '../worker/within.ts';
import type { Death } from './death.ts';
import type { Isolate } from './isolate.ts';

/** Isolates of one kind, kept warm. As many as jobs run at once, so at most the worker's concurrency. */
export type Pool = AsyncDisposable & {
  /** An idle one at once, or one that is started, which may fail. */
  take(module: string): Isolate | Promise<Isolate>;
  /** @param options.reusable whether it can run another job. */
  giveBack(isolate: Isolate, options: { reusable: boolean }): void;
};

export type PoolOptions = {
  /** Starts one that is ready to run; `load` also loads all handlers it may be asked for. */
  start(options: { load: boolean; signal: AbortSignal }): Promise<Isolate>;
  log: Logger;
  /** An isolate is replaced after so many jobs. */
  maxJobs: number;
  /** An isolate that was idle for so long is ended, unless it is the last. */
  idleMs: number;
};

/** How long those that are ended are waited for: native code in a thread may not hear of it. */
const END_MS = 500;

type Kept = { isolate: Isolate; jobs: number; modules: Set<string>; idleSince: number };

/** Opens a pool with one isolate ready. */
export const openPool = async ({
  start: startIsolate,
  log,
  maxJobs,
  idleMs,
}: PoolOptions): Promise<Pool> => {
  const kept = new Map<Isolate, Kept>();
  /** The kept ones and those that were told to end. */
  const alive = new Set<Isolate>();
  /** The one used last is last, and used first: those not needed can grow cold. */
  let idle: Kept[] = [];
  const starting = new Set<Promise<Isolate>>();
  /** One that is started before it is needed, until somebody waits for it. */
  let warming: Promise<void> | undefined;
  const closing = new AbortController();

  const begin = async (load: boolean): Promise<Kept> => {
    closing.signal.throwIfAborted();
    const start = startIsolate({ load, signal: closing.signal });
    starting.add(start);
    try {
      const isolate = await start;
      const one = { isolate, jobs: 0, modules: new Set<string>(), idleSince: Date.now() };
      kept.set(isolate, one);
      alive.add(isolate);
      void isolate.died.then((death) => drop(one, death));
      return one;
    } finally {
      starting.delete(start);
    }
  };

  const drop = (one: Kept, { exitCode, signal, uncaught }: Death) => {
    kept.delete(one.isolate);
    alive.delete(one.isolate);
    const wasIdle = idle.includes(one);
    idle = idle.filter((other) => other !== one);
    if (closing.signal.aborted) return;
    const fields = { isolate: one.isolate.name, exitCode, signal, reason: uncaught };
    if (wasIdle) log.warn(fields, 'idle isolate ended');
    // One that dies before its first job would die again and again.
    if (one.jobs > 0) keepOneWarm();
  };

  const keepOneWarm = () => {
    if (closing.signal.aborted || kept.size + starting.size > 0) return;
    warming = begin(true).then(
      (one) => void idle.push(one),
      (error: unknown) => {
        if (!closing.signal.aborted) log.warn({ error }, 'isolate could not be started');
      },
    );
  };

  const retire = (one: Kept) => {
    kept.delete(one.isolate);
    keepOneWarm();
    one.isolate.kill();
  };

  const retireIdle = () => {
    const before = Date.now() - idleMs;
    const cold = idle.filter(({ idleSince }) => idleSince <= before);
    for (const one of cold.slice(0, Math.max(kept.size - 1, 0))) {
      idle = idle.filter((other) => other !== one);
      retire(one);
    }
  };

  const takeIdle = (module: string): Isolate | undefined => {
    const one = idle.findLast(({ modules }) => modules.has(module)) ?? idle.at(-1);
    if (one === undefined) return undefined;
    idle = idle.filter((other) => other !== one);
    return use(one, module);
  };

  const takeStarted = async (module: string): Promise<Isolate> => {
    const soon = warming;
    warming = undefined;
    await soon;
    return takeIdle(module) ?? use(await begin(false), module);
  };

  const use = (one: Kept, module: string): Isolate => {
    one.jobs += 1;
    one.modules.add(module);
    return one.isolate;
  };

  idle.push(await begin(true));
  const tidying = setInterval(retireIdle, Math.max(Math.round(idleMs / 2), 1)).unref();

  return {
    take: (module) => takeIdle(module) ?? takeStarted(module),
    giveBack(isolate, { reusable }) {
      const one = kept.get(isolate);
      if (one === undefined) return; // It has died.
      if (!reusable || one.jobs >= maxJobs) return retire(one);
      one.idleSince = Date.now();
      idle.push(one);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(tidying);
      closing.abort(new Error('the worker is shutting down'));
      for (const isolate of alive) isolate.kill();
      const ended = [...alive].map(({ died }) => died);
      await within(END_MS, Promise.allSettled([...starting, ...ended]));
    },
  };
};
