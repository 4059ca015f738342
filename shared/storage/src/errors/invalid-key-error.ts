import { PlatformError } from '@shared/errors';

/** As much of a refused key as a message shows: whoever sent it also chose its length. */
const SHOWN_LENGTH = 80;

export class InvalidKeyError extends PlatformError {
  readonly code = 'invalid_key';
  readonly retryable = false;

  constructor(key: string, why: string) {
    super({
      what: `Storage key ${JSON.stringify(key.slice(0, SHOWN_LENGTH))} refused`,
      why,
      fix: 'Build keys from ids, as in "images/<imageId>/original"; never from the names of files.',
    });
  }
}
