import { InvalidOptionError } from '@shared/errors';
import { type Logger, silentLogger } from '@shared/service';
import {
  type FleetOptions,
  type ResolvedFleetOptions,
  resolveFleetOptions,
} from '../fleet/fleet-options.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { PayloadStore } from '../large-values/payload-store.ts';
import type { IsolationOptions } from '../isolation/open-isolation.ts';
import { type CrashBudget, resolveCrashBudget } from './crash-budget.ts';
import type { Implementation } from './implement.ts';

export type WorkerOptions = FleetOptions & {
  handlers: readonly Implementation[];
  redisUrl: string;
  /** One queue, when it is one. */
  queue?: string;
  /** In order of precedence: a lower queue is served only while the higher ones are empty. Those of the handlers unless told. */
  queues?: readonly string[];
  /** How often each queue comes first, instead of strict order; one whole number a queue. */
  weights?: readonly number[];
  /** `taskyard` unless told. */
  prefix?: string;
  /** How many jobs run at once, over all queues; 10 unless told. */
  concurrency?: number;
  log?: Logger;
  /** Takes results over 128 KiB and gives back payloads that producers put there. */
  payloadStore?: PayloadStore;
  /** How many bytes of Redis a queue's finished jobs may take; 256 MiB unless told. */
  finishedMaxBytes?: number;
  /** Around each attempt; see {@link Hooks}. */
  hooks?: readonly Hooks[];
  /** How the threads and processes of isolated handlers are kept. */
  isolation?: IsolationOptions;
  /** When jobs that kill their workers are taken out of service; 5 crashes within an hour unless told. */
  crashBudget?: Partial<CrashBudget>;
  /** How long running jobs may go on after a stop; 25,000 unless told. */
  shutdownGraceMs?: number;
  /** How long a job is held without a sign of life; a dead worker's jobs run again after it. 30,000 unless told. */
  lockMs?: number;
  /** Shown by the fleet; host, pid and a random part unless told. */
  name?: string;
};

export type ResolvedWorkerOptions = Required<
  Omit<
    WorkerOptions,
    keyof FleetOptions | 'queue' | 'name' | 'weights' | 'payloadStore' | 'crashBudget'
  >
> &
  ResolvedFleetOptions & {
    payloadStore: PayloadStore | undefined;
    crashBudget: CrashBudget;
    weights: readonly number[] | undefined;
    name: string | undefined;
  };

/** @throws {InvalidOptionError} for what no worker could run with. */
export const resolveWorkerOptions = (options: WorkerOptions): ResolvedWorkerOptions => {
  const { handlers, queue, shutdownGraceMs = 25_000, lockMs = 30_000 } = options;
  const { concurrency = options.autoscale?.min ?? 10 } = options;
  const queues = options.queues ?? (queue === undefined ? queuesOf(handlers) : [queue]);
  check('handlers', handlers.length > 0, 'there is none', 'Give at least one implement(…).');
  check('queues', queues.length > 0, 'there is none', 'Name at least one queue.');
  check('queues', new Set(queues).size === queues.length, 'one is named twice', 'Name each once.');
  check('concurrency', isWhole(concurrency, 1), `${concurrency} is no count`, 'Give 1 or more.');
  check('shutdownGraceMs', isWhole(shutdownGraceMs, 0), 'it is no time', 'Give ms from 0.');
  check('lockMs', isWhole(lockMs, 100), 'it is too short', 'Give 100 ms or more.');
  const { weights } = options;
  const weighed = weights === undefined || weights.every((weight) => isWhole(weight, 1));
  check('weights', weighed, 'one is no whole number above 0', 'Give whole numbers from 1.');
  const counted = weights === undefined || weights.length === queues.length;
  check('weights', counted, 'there is not one for each queue', 'Give one a queue, in their order.');
  const names = handlers.map(({ task }) => task.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  check('handlers', twice === undefined, `two fulfil ${twice ?? ''}`, 'Give one for each task.');
  return {
    handlers,
    queues,
    redisUrl: options.redisUrl,
    prefix: options.prefix ?? 'taskyard',
    concurrency,
    log: options.log ?? silentLogger(),
    hooks: options.hooks ?? [],
    crashBudget: resolveCrashBudget(options.crashBudget),
    isolation: checkIsolation(options.isolation ?? {}),
    payloadStore: options.payloadStore,
    finishedMaxBytes: options.finishedMaxBytes ?? 268_435_456,
    shutdownGraceMs,
    lockMs,
    weights,
    name: options.name,
    ...resolveFleetOptions(options),
  };
};

const checkIsolation = (isolation: IsolationOptions): IsolationOptions => {
  const { maxJobs = 1, idleMs = 1 } = isolation;
  check('isolation.maxJobs', isWhole(maxJobs, 1), `${maxJobs} is no count`, 'Give 1 or more.');
  check('isolation.idleMs', isWhole(idleMs, 1), `${idleMs} is no time`, 'Give ms from 1.');
  return isolation;
};

const queuesOf = (handlers: readonly Implementation[]) => [
  ...new Set(handlers.map(({ task }) => task.queue)),
];

const isWhole = (value: number, min: number) => Number.isInteger(value) && value >= min;

const check = (option: string, fine: boolean, why: string, fix: string) => {
  if (!fine) throw new InvalidOptionError(option, why, fix);
};
