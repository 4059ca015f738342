import { PlatformError } from '@shared/errors';

/** A push provider does not accept our credentials. Not retried: the same ones fail again. */
export class PushAuthError extends PlatformError {
  readonly code = 'push_auth_failed';
  readonly retryable = false;

  /** @param variable the environment variable that holds the credentials. */
  constructor(provider: string, answer: string, variable: string) {
    super({
      what: `${provider} did not let us in`,
      why: answer,
      fix: `Correct the credentials in ${variable}, restart the worker, then redrive the failed jobs.`,
    });
  }
}
