import { setTimeout as sleep } from 'node:timers/promises';
import { JobCancelledError } from '@shared/errors';
import type { Attempt, Hooks, Outcome, RedisConnection } from '@shared/queue';
import type { Host } from '../host/side.ts';
import { rememberRun } from './attempt.ts';
import { createCallbacks } from './callbacks.ts';
import { createEndingOf } from './ending.ts';
import { RunAbandonedError } from './errors/run-abandoned-error.ts';
import { rqForeign, type RqForeign } from './foreign.ts';
import { readMeta, writeMeta } from './meta.ts';
import type { RqSettings } from './options.ts';
import type { RqRun, RqStore } from './redis/store.ts';
import { askedRetry } from './retry.ts';
import { sendWebhooks } from './webhooks.ts';

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
  settings: { log, abandoned },
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
  const { endingOf, resultOf } = createEndingOf({ callbacks, host, log });

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

  const begin = async (attempt: Attempt, run: RqForeign): Promise<void> => {
    const found = await store.begin(run);
    if (found === 'elsewhere') {
      elsewhere.add(attempt);
      throw new JobCancelledError(attempt.jobId, ELSEWHERE);
    }
    running.set(attempt, run);
    begun(run);
    remember(attempt, run);
    if (found === 'again' && abandoned === 'fail') throw new RunAbandonedError(run.id);
  };

  const settle = async (attempt: Attempt, outcome: Outcome): Promise<void> => {
    if (elsewhere.has(attempt) || outcome.kind === 'retry') return;
    const run = rqForeign(attempt.foreign);
    if (run.callbackOnly) return;
    begun(run); // Or it ended without having begun, and its callbacks run all the same.
    remember(attempt, run);
    const stillRuns = otherThan(attempt);
    if (outcome.kind === 'return') {
      await store.giveBack(run, stillRuns === undefined ? {} : { stillRuns });
      return;
    }
    const { text, ...ending } = await endingOf(attempt, run, outcome);
    const { startedAt } = run;
    const ended = await untilWritten(attempt, () =>
      store.settle(run, { ...ending, startedAt, stillRuns }),
    );
    if (ended === 'stale') {
      log.warn({ jobId: attempt.jobId }, 'RQ job was somebody else’s by its end');
      return;
    }
    // One that finished may be queued by now, to be repeated.
    if (ending.kind === 'finished' && ended !== 'gone') {
      await sendWebhooks(run, 'finished', { text, log });
    }
    if (ended === 'failed') await sendWebhooks(run, 'failed', { text, log });
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
        const run = rqForeign(attempt.foreign);
        if (run.callbackOnly) {
          remember(attempt, run);
          return next();
        }
        try {
          await begin(attempt, run);
          const result = await next();
          if (askedRetry(result) === undefined) {
            await callbacks.run('success', attempt, run, { result: resultOf(run, result) });
          }
          return result;
        } finally {
          running.delete(attempt);
        }
      },
      settling: settle,
    },
  };
};
