import { PlatformError } from '@shared/errors';

/** The platform answered a request otherwise than it should have. */
export class UnexpectedAnswerError extends PlatformError {
  readonly code = 'unexpected_answer';
  readonly retryable = false;

  /** @param request method and path, as in `POST /register`. */
  constructor(request: string, why: string, options?: ErrorOptions) {
    const fix = 'See the log of the process that answered.';
    super({ what: `${request} went wrong`, why, fix }, options);
  }
}
