import { PlatformError } from '@shared/errors';

export class UserNotFoundError extends PlatformError {
  readonly code = 'user_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'User not found',
      why: 'there is none with this id',
      fix: 'GET /users lists those there are.',
    });
  }
}
