import { setTimeout as sleep } from 'node:timers/promises';
import { JobCancelledError } from '@shared/errors';
import type { Attempt, Hooks, Outcome, RedisConnection } from '@shared/queue';
import type { Host } from '../host/side.ts';
import { resultForPython } from '../tasks/result-for-python.ts';
import { rememberRun } from './attempt.ts';
import { createCallbacks } from './callbacks.ts';
import { failureText, rqTexts } from './failure-text.ts';
import { rqForeign, type RqForeign } from './foreign.ts';
import { readMeta, writeMeta } from './meta.ts';
import type { RqSettings } from './options.ts';
import type { Ending, RqRun, RqStore } from './redis/store.ts';
import { KILLED } from './stopping.ts';
import { writeExceptionText } from './wire/exception-text.ts';
import { writeValue } from './wire/serializer.ts';

/** What runs in this worker. */
export type Running = {
  hooks: Pick<Hooks, 'attempt' | 'settling'>;
  current(): RqRun[];
};

/** For how long an end is tried to be written while RQ's Redis is away. */
const PATIENCE_MS = 60_000;

/** Said by our engine to whoever asks why a job of RQ's did not run. */
const ELSEWHERE = 'RQ gave it to another worker, or it was cancelled, deleted or abandoned there';

/** The worker's part: a run is checked before it begins, and what it came to is written before that is recorded. */
export const createRunning = ({
  redis,
  store,
  settings: { log },
  host,
  begun,
}: {
  redis: RedisConnection;
  store: RqStore;
  settings: RqSettings;
  host: () => Host | undefined;
  /** Told of each run that begins here. */
  begun(run: RqRun): void;
}): Running => {
  const running = new Map<Attempt, RqForeign>();
  const elsewhere = new WeakSet<Attempt>();
  const callbacks = createCallbacks({ redis, host });

  const otherThan = (attempt: Attempt) => [...running].find(([other]) => other !== attempt)?.[1].id;

  /** For handlers, those of callbacks too. */
  const remember = (attempt: Attempt, run: RqForeign) => {
    const place = { redis, id: run.id };
    rememberRun(attempt, {
      id: run.id,
      queue: run.queue,
      worker: run.worker,
      try: run.try,
      retriesLeft: run.retriesLeft,
      timeoutSeconds: run.timeout < 0 ? null : run.timeout,
      meta: () => readMeta(place),
      saveMeta: (meta) => writeMeta(place, run.serializer, meta),
    });
  };

  const begin = async (attempt: Attempt): Promise<RqForeign> => {
    const run = rqForeign(attempt.foreign);
    if (!(await store.begin(run))) {
      elsewhere.add(attempt);
      throw new JobCancelledError(attempt.jobId, ELSEWHERE);
    }
    running.set(attempt, run);
    begun(run);
    remember(attempt, run);
    return run;
  };

  const endingOf = async (
    attempt: Attempt,
    run: RqForeign,
    outcome: Extract<Outcome, { kind: 'complete' | 'fail' }>,
  ): Promise<Pick<Ending, 'kind' | 'value' | 'waitSeconds'>> => {
    if (outcome.kind === 'complete') {
      return { kind: 'finished', value: encoded(run, resultOf(run, outcome.result)) };
    }
    const { error, thrown } = outcome;
    if (error.code === 'cancelled' && !error.message.includes(KILLED)) {
      await callbacks.run('stopped', attempt, run).catch((failure: unknown) => {
        log.warn({ jobId: attempt.jobId, error: failure }, 'RQ stopped callback failed');
      });
      return { kind: 'stopped', value: writeExceptionText(rqTexts.stopped) };
    }
    const text = error.code === 'cancelled' ? rqTexts.killed : failureText(thrown, error, run);
    const said = await failureCallback(attempt, run, { thrown, text });
    const waitMs = (thrown as { delayMs?: unknown } | null)?.delayMs;
    return {
      kind: 'failed',
      value: writeExceptionText(said),
      ...(error.code === 'retry_requested' && typeof waitMs === 'number'
        ? { waitSeconds: Math.round(waitMs / 1_000) }
        : {}),
    };
  };

  /** One that fails adds to the text: the job has failed already. */
  const failureCallback = async (
    attempt: Attempt,
    run: RqForeign,
    { thrown, text }: { thrown: unknown; text: string },
  ): Promise<string> => {
    try {
      await callbacks.run('failure', attempt, run, { thrown, text });
      return text;
    } catch (error) {
      log.warn({ jobId: attempt.jobId, error }, 'RQ failure callback failed');
      return `${text}\nDuring handling of the above exception, another exception occurred:\n\n${failureText(error, { code: 'error' }, run)}`;
    }
  };

  const resultOf = ({ name }: RqForeign, result: unknown): unknown => {
    const task = host()?.tasks.named(name);
    return task === undefined ? result : resultForPython(task, result);
  };

  /** Null for None, which has no field in a result. */
  const encoded = ({ serializer, id }: RqForeign, result: unknown): string | null => {
    if (result === undefined || result === null) return null;
    try {
      return writeValue(serializer, result).toString('base64');
    } catch (error) {
      log.warn({ jobId: id, error }, 'RQ result has no Python counterpart');
      return writeValue(serializer, rqTexts.unserializable).toString('base64');
    }
  };

  const settle = async (attempt: Attempt, outcome: Outcome): Promise<void> => {
    if (elsewhere.has(attempt) || outcome.kind === 'retry') return;
    const run = rqForeign(attempt.foreign);
    begun(run); // Or it ended without having begun, and its callbacks run all the same.
    remember(attempt, run);
    const stillRuns = otherThan(attempt);
    if (outcome.kind === 'return') {
      await store.giveBack(run, stillRuns === undefined ? {} : { stillRuns });
      return;
    }
    const ending = await endingOf(attempt, run, outcome);
    const { startedAt } = run;
    const ended = await untilWritten(attempt, () =>
      store.settle(run, { ...ending, startedAt, stillRuns }),
    );
    if (ended === 'stale')
      log.warn({ jobId: attempt.jobId }, 'RQ job was somebody else’s by its end');
  };

  const untilWritten = async <Value>(attempt: Attempt, write: () => Promise<Value>) => {
    const until = Date.now() + PATIENCE_MS;
    for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        return await write();
      } catch (error) {
        if (Date.now() > until) throw error;
        log.warn({ jobId: attempt.jobId, error }, 'end could not be written to RQ');
        await sleep(waitMs);
      }
    }
  };

  return {
    current: () => [...running.values()],
    hooks: {
      async attempt(attempt, next) {
        const run = await begin(attempt);
        try {
          const result = await next();
          await callbacks.run('success', attempt, run, { result: resultOf(run, result) });
          return result;
        } finally {
          running.delete(attempt);
        }
      },
      settling: settle,
    },
  };
};
