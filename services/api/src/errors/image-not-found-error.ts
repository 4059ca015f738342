import { PlatformError } from '@shared/errors';

/** No image, or none that the caller may see. */
export class ImageNotFoundError extends PlatformError {
  readonly code = 'image_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Image not found',
      why: 'there is none of yours with this id',
      fix: 'Check the id that the upload answered.',
    });
  }
}
