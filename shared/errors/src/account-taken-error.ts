import { PlatformError } from './platform-error.ts';

/** Somebody already has this address or user name, in whatever case. */
export class AccountTakenError extends PlatformError {
  readonly code: 'email_taken' | 'username_taken';
  readonly retryable = false;

  constructor(field: 'email' | 'username') {
    super(
      {
        what: 'Account not created',
        why: `an account with this ${field} exists`,
        fix: field === 'email' ? 'Log in, or reset the password.' : 'Choose another user name.',
      },
      { path: field },
    );
    this.code = `${field}_taken`;
  }
}
