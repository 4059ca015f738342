import { PlatformError } from '@shared/errors';

/** A wrong password or an unknown address; the answer does not tell which. */
export class InvalidCredentialsError extends PlatformError {
  readonly code = 'invalid_credentials';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Not logged in',
      why: 'no account has this address and password',
      fix: 'Check both, or reset the password.',
    });
  }
}
