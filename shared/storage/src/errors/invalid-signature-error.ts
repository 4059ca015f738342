import { PlatformError } from '@shared/errors';

/** A signed address that was altered, made with another secret, or has expired. */
export class InvalidSignatureError extends PlatformError {
  readonly code = 'invalid_signature';
  readonly retryable = false;

  constructor(why: string) {
    super({
      what: 'Signed address refused',
      why,
      fix: 'Ask for a fresh address and use it as it is.',
    });
  }
}
