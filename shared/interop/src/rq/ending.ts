import type { Attempt, Outcome } from '@shared/queue';
import type { Logger } from '@shared/service';
import type { Host } from '../host/side.ts';
import { resultForPython } from '../tasks/result-for-python.ts';
import { RunAbandonedError } from './errors/run-abandoned-error.ts';
import type { Callbacks } from './callbacks.ts';
import { failureText, rqTexts } from './failure-text.ts';
import type { RqForeign } from './foreign.ts';
import type { Ending } from './redis/store.ts';
import { askedRetry, retryValue, waitOfRetry } from './retry.ts';
import { KILLED } from './stopping.ts';
import { writeExceptionText } from './wire/exception-text.ts';
import { writeValue } from './wire/serializer.ts';

/** What a run came to, as RQ has it. */
export type RunEnding = Pick<Ending, 'kind' | 'value' | 'waitSeconds' | 'again'> & {
  /** Of a failure: what webhooks are told. */
  text: string;
};

type Ended = Extract<Outcome, { kind: 'complete' | 'fail' }>;

/** Finds out how a run ended, and runs the callbacks of one that did not succeed. */
export const createEndingOf = ({
  callbacks,
  host,
  log,
}: {
  callbacks: Callbacks;
  host: () => Host | undefined;
  log: Logger;
}) => {
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

  const returned = (run: RqForeign, result: unknown): RunEnding => {
    const retry = askedRetry(result);
    if (retry === undefined) {
      return { kind: 'finished', value: encoded(run, resultOf(run, result)), text: '' };
    }
    const { max, atFront } = retry;
    const waitSeconds = waitOfRetry(retry, run.returnedRetries);
    const value = run.serializer === 'pickle' ? retryValue(retry) : null;
    return { kind: 'again', value, waitSeconds, again: { max, atFront }, text: '' };
  };

  const endingOf = async (attempt: Attempt, run: RqForeign, outcome: Ended): Promise<RunEnding> => {
    if (outcome.kind === 'complete') return returned(run, outcome.result);
    const { error, thrown } = outcome;
    const isCancelled = error.code === 'cancelled';
    if (isCancelled && !error.message.includes(KILLED)) {
      await callbacks.run('stopped', attempt, run).catch((failure: unknown) => {
        log.warn({ jobId: attempt.jobId, error: failure }, 'RQ stopped callback failed');
      });
      return { kind: 'stopped', value: writeExceptionText(rqTexts.stopped), text: '' };
    }
    const what = isCancelled ? rqTexts.killed : failureText(thrown, error, run);
    const cause = thrown instanceof RunAbandonedError ? thrown.python : thrown;
    const text = await failureCallback(attempt, run, { thrown: cause, text: what });
    const waitMs = (thrown as { delayMs?: unknown } | null)?.delayMs;
    return {
      kind: 'failed',
      value: writeExceptionText(text),
      text,
      ...(error.code === 'retry_requested' && typeof waitMs === 'number'
        ? { waitSeconds: Math.round(waitMs / 1_000) }
        : {}),
    };
  };

  return { endingOf, resultOf };
};
