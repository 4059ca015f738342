import { PlatformError } from '@shared/errors';

/** A password reset that does not exist or is over. */
export class InvalidResetTokenError extends PlatformError {
  readonly code = 'invalid_reset_token';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Password not set',
      why: 'this link is unknown, was used before, or is too old',
      fix: 'Ask for a new one.',
    });
  }
}
