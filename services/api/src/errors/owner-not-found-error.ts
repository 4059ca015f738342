import { PlatformError } from '@shared/errors';

/** A form for a business that has no account here. */
export class OwnerNotFoundError extends PlatformError {
  readonly code = 'owner_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Business not found',
      why: 'no account has this id',
      fix: 'Put the id of your account into the form, as POST /register answers it.',
    });
  }
}
