import { PlatformError } from '@shared/errors';

/** The typesetting thread ended in the middle of a contract; the next attempt has a new one. */
export class TypesetterLostError extends PlatformError {
  readonly code = 'typesetter_lost';
  readonly retryable = true;

  constructor(cause: unknown) {
    super(
      {
        what: 'Contract not typeset',
        why: 'the typesetting thread ended',
        fix: 'It is tried again; if it stays, look at the memory of the worker.',
      },
      { cause },
    );
  }
}
