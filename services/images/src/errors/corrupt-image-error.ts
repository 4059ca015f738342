import { PlatformError } from '@shared/errors';

/** A file of an allowed format that breaks off or is damaged; `cause` is the decoder's complaint. */
export class CorruptImageError extends PlatformError {
  readonly code = 'corrupt_image';
  readonly retryable = false;

  constructor(cause: unknown) {
    super(
      {
        what: 'Image refused',
        why: 'the file is damaged or incomplete',
        fix: 'Check that the image opens elsewhere, and upload it again.',
      },
      { cause },
    );
  }
}
