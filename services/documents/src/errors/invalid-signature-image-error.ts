import { PlatformError } from '@shared/errors';

/** A signature that is no image which a contract could show. */
export class InvalidSignatureImageError extends PlatformError {
  readonly code = 'invalid_signature_image';
  readonly retryable = false;

  constructor(why: string, cause?: unknown) {
    super(
      {
        what: 'Signature refused',
        why,
        fix: 'Send a PNG or JPEG of at most 300 kB and 4 megapixels, as a data URL or in base64.',
      },
      { cause, path: 'signature' },
    );
  }
}
