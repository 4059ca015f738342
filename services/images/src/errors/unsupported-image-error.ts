import { PlatformError } from '@shared/errors';

export class UnsupportedImageError extends PlatformError {
  readonly code = 'unsupported_image';
  readonly retryable = false;

  /** @param compression what a container of a known kind holds, where that is the trouble. */
  constructor(compression?: string, cause?: unknown) {
    super(
      {
        what: 'Image refused',
        why: compression
          ? `its pixels are compressed as ${compression}, which cannot be read`
          : 'its content is of none of the formats that can be read',
        fix: 'Upload a JPEG, PNG, WebP, GIF or AVIF image.',
      },
      { cause },
    );
  }
}
