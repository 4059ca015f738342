import { PlatformError } from '@shared/errors';

/** A file over the limit; nothing of it is kept. */
export class UploadTooLargeError extends PlatformError {
  readonly code = 'upload_too_large';
  readonly retryable = false;

  constructor(maxBytes: number, field: string) {
    super(
      {
        what: 'Upload refused',
        why: `the file has more than ${maxBytes} bytes`,
        fix: 'Send a smaller file.',
      },
      { path: field },
    );
  }
}
