import { PlatformError } from '@shared/errors';

/** The typesetter refused our own template: a fault of ours, which no repetition mends. */
export class TypesettingError extends PlatformError {
  readonly code = 'typesetting_failed';
  readonly retryable = false;

  constructor(cause: unknown) {
    super(
      {
        what: 'Contract not typeset',
        why: 'the template and what it was given do not fit',
        fix: 'Look at the cause in the log of the worker.',
      },
      { cause },
    );
  }
}
