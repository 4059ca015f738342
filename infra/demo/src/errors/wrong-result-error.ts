import { PlatformError } from '@shared/errors';

/** A job ran, but what came of it is not what was asked for. */
export class WrongResultError extends PlatformError {
  readonly code = 'wrong_result';
  readonly retryable = false;

  constructor(what: string, why: string) {
    super({ what, why, fix: 'See the log of the service that did it.' });
  }
}
