import { PlatformError } from '@shared/errors';

/** A file in the local driver's folder that the driver did not write, or that was cut since. */
export class CorruptObjectError extends PlatformError {
  readonly code = 'corrupt_object';
  readonly retryable = false;

  constructor(key: string) {
    super({
      what: `Object "${key}" cannot be read`,
      why: 'its file does not end in the footer that every stored object has',
      fix: 'Restore the file from a backup, or delete the object and store it again.',
    });
  }
}
