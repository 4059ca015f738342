import { PlatformError } from '@shared/errors';

/** Nobody went on with an upload in time; what had arrived of it is gone. */
export class UploadExpiredError extends PlatformError {
  readonly code = 'upload_expired';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Upload refused',
      why: 'its time is over',
      fix: 'Begin anew with POST /videos/uploads.',
    });
  }
}
