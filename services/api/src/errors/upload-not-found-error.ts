import { PlatformError } from '@shared/errors';

/** There is no such upload, or it is somebody else's. */
export class UploadNotFoundError extends PlatformError {
  readonly code = 'upload_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Upload not found',
      why: 'none of yours has this id',
      fix: 'Begin anew with POST /videos/uploads.',
    });
  }
}
