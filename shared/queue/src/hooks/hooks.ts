import type { AttemptError, Job, Origin, Task } from '@shared/contracts';
import type { EnqueueOptions } from '../enqueue/options.ts';
import type { Attempt } from '../worker/attempt.ts';

/** One call of `enqueue`, before anything is written. */
export type EnqueueCall = { task: Task; payload: unknown; options: EnqueueOptions };

/** How an attempt ended, before it is recorded. */
export type Outcome =
  | { kind: 'complete'; result: unknown }
  | { kind: 'retry'; error: AttemptError; thrown: unknown; waitMs: number }
  | { kind: 'fail'; error: AttemptError; thrown: unknown }
  /** Back to its queue untouched: the worker is shutting down. */
  | { kind: 'return' };

/**
 * What telemetry, interop and audit hang on, instead of branches in the main path. The first hook of
 * a list is the outermost. A hook that throws fails what it is around.
 */
export type Hooks = {
  /** Protocols whose programs these hooks answer: their jobs are handed back where no hook does. */
  origins?: readonly Origin[];
  /** Around each enqueue; may change the call by what it passes on. */
  enqueue?(call: EnqueueCall, next: (call: EnqueueCall) => Promise<Job>): Promise<Job>;
  /** Around each run of a handler. */
  attempt?(attempt: Attempt, next: () => Promise<unknown>): Promise<unknown>;
  /** After an attempt ended and before that is recorded: what is written here is there when the job is complete. */
  settling?(attempt: Attempt, outcome: Outcome): Promise<void>;
  /** For handlers that run in a thread or process of their own, where no hook is. */
  isolated?: IsolatedHook;
};

export type IsolatedHook = {
  /** What the handler's side is given along, by structured clone; undefined for nothing. */
  give(attempt: Attempt): unknown;
  /** Does what the handler's side asks for; see `lineOf`. */
  answer(attempt: Attempt, request: unknown): Promise<unknown>;
  /**
   * A module whose `pack` makes of a result what structured clone keeps whole. The hook around the run is
   * given that.
   */
  packer?: URL;
};

/** The protocols that some hook answers. */
export const answeredOrigins = (hooks: readonly Hooks[]): Origin[] => [
  ...new Set(hooks.flatMap(({ origins }) => origins ?? [])),
];

/** The hooks of a kind, nested; undefined when there is none, so that the main path costs nothing. */
export const nestEnqueue = (hooks: readonly Hooks[]): Hooks['enqueue'] => {
  const layers = hooks.flatMap(({ enqueue }) => enqueue ?? []);
  if (layers.length === 0) return undefined;
  return (call, next) =>
    layers.reduceRight<(call: EnqueueCall) => Promise<Job>>(
      (inner, layer) => (current) => layer(current, inner),
      next,
    )(call);
};

export const nestAttempt = (hooks: readonly Hooks[]): Hooks['attempt'] => {
  const layers = hooks.flatMap(({ attempt }) => attempt ?? []);
  if (layers.length === 0) return undefined;
  return (attempt, next) =>
    layers.reduceRight<() => Promise<unknown>>(
      (inner, layer) => () => layer(attempt, inner),
      next,
    )();
};

export const nestSettling = (hooks: readonly Hooks[]): Hooks['settling'] => {
  const layers = hooks.flatMap(({ settling }) => settling ?? []);
  if (layers.length === 0) return undefined;
  return async (attempt, outcome) => {
    for (const layer of layers) await layer(attempt, outcome);
  };
};

/** The first that has something to give speaks for the run. */
export const joinIsolated = (hooks: readonly Hooks[]): IsolatedHook | undefined => {
  const all = hooks.flatMap(({ isolated }) => isolated ?? []);
  if (all.length === 0) return undefined;
  const of = (attempt: Attempt) => all.find((hook) => hook.give(attempt) !== undefined);
  const packer = all.find((hook) => hook.packer !== undefined)?.packer;
  return {
    ...(packer === undefined ? {} : { packer }),
    give: (attempt) => of(attempt)?.give(attempt),
    answer: async (attempt, request) => of(attempt)?.answer(attempt, request),
  };
};
