import { PlatformError } from '@shared/errors';

export class CorruptSignatureError extends PlatformError {
  readonly code = 'corrupt_signature';
  readonly retryable = false;

  constructor(bytes: number) {
    super({
      what: 'Signature refused',
      why: `it has ${bytes} bytes, and one has 252`,
      fix: 'Have the image indexed anew, with images.add-to-iqdb.',
    });
  }
}
