import { textOf } from '../worker/describe-error.ts';
import { RetryInError } from '../worker/retry-in.ts';

/** An error as it travels between a worker and its isolates; structured clone keeps only the text. */
export type SentError = {
  name: string;
  message: string;
  stack: string | undefined;
  /** What the worker and its callers judge by: code, retryable, retryAfterMs, path and the like. */
  fields: Record<string, string | number | boolean>;
  /** What an error has beside those; see {@link Carrying}. */
  carried?: unknown;
};

/** An error that is made again on the other side, by whoever knows its class, of what it gives along. */
export type Carrying = Error & { carry(): unknown };

/** What an error of an isolate gave along; undefined for all others. */
export const carriedBy = (error: unknown): unknown =>
  error instanceof Error ? carried.get(error) : undefined;

const carried = new WeakMap<Error, unknown>();

const isCarrying = (error: Error): error is Carrying =>
  'carry' in error && typeof error.carry === 'function';

export const sendError = (thrown: unknown): SentError => {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: textOf(thrown), stack: undefined, fields: {} };
  }
  const { name, message, stack } = thrown;
  const sent = { name, message, stack, fields: plainFields(thrown) };
  return isCarrying(thrown) ? { ...sent, carried: thrown.carry() } : sent;
};

export const receiveError = ({ name, message, stack, fields, ...sent }: SentError): Error => {
  const { delayMs } = fields;
  if (name === 'RetryInError' && typeof delayMs === 'number') return new RetryInError(delayMs);
  const error = Object.assign(new Error(message), fields);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (stack !== undefined) error.stack = stack;
  if (sent.carried !== undefined) carried.set(error, sent.carried);
  return error;
};

const plainFields = (error: Error): SentError['fields'] => {
  const fields: SentError['fields'] = {};
  for (const [field, value] of Object.entries(error)) {
    if (['string', 'number', 'boolean'].includes(typeof value)) {
      fields[field] = value as string | number | boolean; // Just checked.
    }
  }
  return fields;
};
