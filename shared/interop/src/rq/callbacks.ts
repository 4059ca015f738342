import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, RedisConnection } from '@shared/queue';
import type { Host } from '../host/side.ts';
import { PythonError } from '../tasks/python-error.ts';
import { CallbackMissingError } from './errors/callback-missing-error.ts';
import type { CallbackKind, RqForeign } from './foreign.ts';
import { readMeta } from './meta.ts';

export type CallbackFacts = { result?: unknown; thrown?: unknown; text?: string };

/** So that its own time is over before the engine's. */
const SPARE_SECONDS = 5;

export type Callbacks = ReturnType<typeof createCallbacks>;

/**
 * Runs the callbacks that a job names, in its own slot, as RQ's workers do: `(job, connection, result)`,
 * `(job, connection, type, value, traceback)`, `(job, connection)`. A handler gets the job as an object,
 * null for the connection, and type, value and traceback as text.
 */
export const createCallbacks = ({
  redis,
  host,
}: {
  redis: RedisConnection;
  host: () => Host | undefined;
}) => ({
  /** @throws {CallbackMissingError}, JobTimeoutException after the callback's own time, or what it throws. */
  async run(kind: CallbackKind, attempt: Attempt, run: RqForeign, facts: CallbackFacts = {}) {
    const callback = run.callbacks[kind];
    if (callback === null) return;
    const task = host()?.tasks.named(callback.name);
    const worker = host()?.worker ?? undefined;
    if (task === undefined || worker === undefined) {
      throw new CallbackMissingError(kind, callback.name);
    }
    const payload = await callbackPayload({ redis }, kind, run, facts);
    // Its time is its own, and not the job's.
    attempt.extendTimeout((callback.timeout + SPARE_SECONDS) * 1_000);
    const ran = await withinTime(callback.timeout, worker.perform(attempt, task.name, payload));
    if (ran === undefined) throw new CallbackMissingError(kind, callback.name);
  },
});

/** What a callback's handler is given. */
export const callbackPayload = async (
  { redis }: { redis: RedisConnection },
  kind: CallbackKind,
  run: RqForeign,
  facts: CallbackFacts,
) => {
  const job = {
    id: run.id,
    origin: run.queue,
    func_name: run.name,
    status: STATUS[kind],
    meta: await readMeta({ redis, id: run.id }),
  };
  return { args: [job, null, ...argsFor(kind, facts)], kwargs: {} };
};

/** What the job is about to be. */
const STATUS = { success: 'finished', failure: 'failed', stopped: 'stopped' } as const;

/** Nobody waits for one that takes longer, though it goes on: its job must end. */
const withinTime = async <Value>(seconds: number, ran: Promise<Value>): Promise<Value> => {
  const timer = new AbortController();
  const late = sleep(seconds * 1_000, undefined, { signal: timer.signal }).then(() => {
    const words = `Task exceeded maximum timeout value (${seconds} seconds)`;
    throw new PythonError('JobTimeoutException', [words], { module: 'rq.timeouts' });
  });
  try {
    return await Promise.race([ran, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
};

const argsFor = (kind: CallbackKind, { result, thrown, text = '' }: CallbackFacts) => {
  if (kind === 'success') return [result];
  if (kind === 'stopped') return [];
  return [...typeAndValue(thrown), text];
};

const typeAndValue = (thrown: unknown): [type: string, value: string] => {
  if (thrown instanceof PythonError) {
    return [thrown.pythonClass, thrown.args.map(String).join(', ')];
  }
  return thrown instanceof Error ? [thrown.name, thrown.message] : ['Exception', String(thrown)];
};
