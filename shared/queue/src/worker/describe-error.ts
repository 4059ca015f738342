import type { AttemptError } from '@shared/contracts';
import type { ExitFacts } from '@shared/errors';

const MAX_MESSAGE = 2_000;
const MAX_STACK = 4_000;

/** Anything thrown, as it is kept with the job: bounded, and never without a message. */
export const describeError = (thrown: unknown, attempt: number): AttemptError => {
  const error = thrown instanceof Error ? thrown : new Error(textOf(thrown));
  return {
    attempt,
    code: stringField(error, 'code') ?? 'error',
    name: error.name,
    message: error.message.slice(0, MAX_MESSAGE) || error.name,
    retryable: isRetryable(error),
    at: new Date(),
    ...(error.stack === undefined ? {} : { stack: error.stack.slice(0, MAX_STACK) }),
    ...exitFacts(error),
  };
};

/** Errors are retried unless they say that it cannot help. */
export const isRetryable = (error: unknown): boolean =>
  !(error instanceof Error && 'retryable' in error && error.retryable === false);

/** The least wait that an error asks for, as of a provider's Retry-After, in ms. */
export const requestedDelay = (error: unknown): number => {
  const wanted = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof wanted === 'number' && wanted > 0 ? wanted : 0;
};

/** What was thrown that is no Error, as text. */
export const textOf = (thrown: unknown) => {
  if (typeof thrown === 'string') return thrown;
  try {
    return `a handler threw ${JSON.stringify(thrown)}`;
  } catch {
    return 'a handler threw something that is no Error';
  }
};

const stringField = (error: Error, field: string): string | undefined => {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : undefined;
};

/** How the thread or process ended that the error is about. */
const exitFacts = (error: Error): ExitFacts => {
  const exitCode: unknown = Reflect.get(error, 'exitCode');
  const signal = stringField(error, 'signal');
  return {
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(signal === undefined ? {} : { signal }),
  };
};
