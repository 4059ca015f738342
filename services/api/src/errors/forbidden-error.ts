import { PlatformError } from '@shared/errors';

/** Somebody known asks for what is not theirs to ask. */
export class ForbiddenError extends PlatformError {
  readonly code = 'forbidden';
  readonly retryable = false;

  constructor(why: string, fix: string) {
    super({ what: 'Request refused', why, fix: fix });
  }
}
