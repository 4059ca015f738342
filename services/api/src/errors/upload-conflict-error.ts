import { PlatformError } from '@shared/errors';

/** Bytes for a place where an upload does not stand; somebody else may be sending at this moment. */
export class UploadConflictError extends PlatformError {
  readonly code = 'upload_conflict';
  readonly retryable = false;

  constructor(offset: number, given: number) {
    super(
      {
        what: 'Upload refused',
        why: `it goes on at byte ${offset}, not at ${given}`,
        fix: 'Ask for Upload-Offset with HEAD, and go on from there.',
      },
      { path: 'upload-offset' },
    );
  }
}
