import { PlatformError } from '@shared/errors';

/** A file whose content is no image that we take. */
export class UnsupportedImageError extends PlatformError {
  readonly code = 'unsupported_image';
  readonly retryable = false;

  /** @param found the media type that the content has, if it is known. */
  constructor(found: string | undefined) {
    super(
      {
        what: 'Upload refused',
        why:
          found === undefined
            ? 'the content of the file is no image that we know'
            : `the content of the file is ${found}`,
        fix: 'Send JPEG, PNG, WebP, GIF or AVIF; the name of the file does not matter, its content does. Photos of a phone in HEIC: export them as JPEG.',
      },
      { path: 'image' },
    );
  }
}
