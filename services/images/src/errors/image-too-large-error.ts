import { PlatformError } from '@shared/errors';

export class ImageTooLargeError extends PlatformError {
  readonly code = 'image_too_large';
  readonly retryable = false;

  constructor(why: string, cause?: unknown) {
    super({ what: 'Image refused', why, fix: 'Upload a smaller image.' }, { cause });
  }
}
