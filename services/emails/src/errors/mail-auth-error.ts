import { PlatformError } from '@shared/errors';

/**
 * The provider does not accept our credentials. Not retried: the same password fails again, and
 * providers lock accounts that keep trying.
 */
export class MailAuthError extends PlatformError {
  readonly code = 'mail_auth_failed';
  readonly retryable = false;

  /**
   * @param answer what the provider said, without addresses.
   * @param variable the environment variable that holds the credentials.
   */
  constructor(provider: string, answer: string, variable: string) {
    super({
      what: `${provider} did not let us in`,
      why: answer,
      fix: `Correct the credentials in ${variable}, restart the worker, then retry the failed jobs.`,
    });
  }
}
