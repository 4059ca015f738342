import { PlatformError } from '@shared/errors';

/** The bytes are no pickle, or one that CPython itself would refuse; reading them again changes nothing. */
export class InvalidPickleError extends PlatformError {
  readonly code = 'invalid_pickle';
  readonly retryable = false;

  constructor(why: string) {
    super({
      what: 'Pickle refused',
      why,
      fix: 'Check what wrote it: the bytes must be exactly what pickle.dumps returned.',
    });
  }
}
