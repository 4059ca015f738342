import { PlatformError } from '@shared/errors';

export class ImageNotFoundError extends PlatformError {
  readonly code = 'image_not_found';
  readonly retryable = false;

  constructor(imageId: string) {
    super({
      what: 'Image not found',
      why: `no image has the id ${JSON.stringify(imageId)}`,
      fix: 'Upload the image first, and enqueue with the id that the upload answered.',
    });
  }
}
