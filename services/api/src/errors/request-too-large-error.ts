import { PlatformError } from '@shared/errors';

/** A JSON body over the limit of every route. */
export class RequestTooLargeError extends PlatformError {
  readonly code = 'request_too_large';
  readonly retryable = false;

  constructor(maxBytes: number) {
    super({
      what: 'Request refused',
      why: `its body has more than ${maxBytes} bytes`,
      fix: 'Send less at once.',
    });
  }
}
