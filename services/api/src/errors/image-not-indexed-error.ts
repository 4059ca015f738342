import { PlatformError } from '@shared/errors';

/** Nobody has looked yet at what the image looks like. */
export class ImageNotIndexedError extends PlatformError {
  readonly code = 'image_not_indexed';
  readonly retryable = true;

  constructor() {
    super({
      what: 'Similar images not found',
      why: 'this image is not indexed yet',
      fix: 'Try again once the job that its upload began has ended.',
    });
  }
}
