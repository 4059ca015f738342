import { PlatformError } from '@shared/errors';

/** Bytes that changed on their way; the upload stands where it stood before them. */
export class ChecksumMismatchError extends PlatformError {
  readonly code = 'checksum_mismatch';
  readonly retryable = true;

  constructor() {
    super(
      {
        what: 'Bytes refused',
        why: 'they are not those that Upload-Checksum is of',
        fix: 'Send them again from the same Upload-Offset.',
      },
      { path: 'upload-checksum' },
    );
  }
}
