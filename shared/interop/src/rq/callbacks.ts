import type { Attempt, RedisConnection } from '@shared/queue';
import type { Host } from '../host/side.ts';
import { PythonError } from '../tasks/python-error.ts';
import { CallbackMissingError } from './errors/callback-missing-error.ts';
import type { CallbackKind, RqForeign } from './foreign.ts';
import { readMeta } from './meta.ts';

export type CallbackFacts = { result?: unknown; thrown?: unknown; text?: string };

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
}) => {
  return {
    /** @throws {CallbackMissingError}, or what the callback throws. */
    async run(kind: CallbackKind, attempt: Attempt, run: RqForeign, facts: CallbackFacts = {}) {
      const callback = run.callbacks[kind];
      if (callback === null) return;
      const task = host()?.tasks.named(callback.name);
      const worker = host()?.worker;
      const job = {
        id: run.id,
        origin: run.queue,
        func_name: run.name,
        status: STATUS[kind],
        meta: await readMeta({ redis, id: run.id }),
      };
      const payload = { args: [job, null, ...argsFor(kind, facts)], kwargs: {} };
      const ran =
        task === undefined ? undefined : await worker?.perform(attempt, task.name, payload);
      if (ran === undefined) throw new CallbackMissingError(kind, callback.name);
    },
  };
};

/** What the job is about to be. */
const STATUS = { success: 'finished', failure: 'failed', stopped: 'stopped' } as const;

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
