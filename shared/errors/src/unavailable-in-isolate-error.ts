import { PlatformError } from './platform-error.ts';

/** An isolated handler asked for something that stays with the worker. */
export class UnavailableInIsolateError extends PlatformError {
  readonly code = 'unavailable_in_isolate';
  readonly retryable = false;

  constructor(what: string, isolate: string) {
    super({
      what: `${what} refused`,
      why: `the handler runs in a ${isolate} of its own, which it cannot be carried into`,
      fix: "Let the handler's module open what it needs itself, or run the task without isolate.",
    });
  }
}
