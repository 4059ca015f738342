import { PlatformError } from '@shared/errors';

/** A variant that does not exist yet, or whose job failed. */
export class VariantNotReadyError extends PlatformError {
  readonly code = 'variant_not_ready';
  readonly retryable = true;

  constructor(name: string) {
    super({
      what: 'Variant not ready',
      why: `"${name}" of this image was not made, or not yet`,
      fix: 'Ask for the status of the job that the upload answered, and try again when it is complete.',
    });
  }
}
