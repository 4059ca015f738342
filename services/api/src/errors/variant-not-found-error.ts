import { PlatformError } from '@shared/errors';

/** A variant that no image ever has. */
export class VariantNotFoundError extends PlatformError {
  readonly code = 'variant_not_found';
  readonly retryable = false;

  constructor(name: string, known: readonly string[]) {
    super({
      what: 'Variant not found',
      why: `no variant is named "${name}"`,
      fix: `Use one of: ${known.join(', ')}.`,
    });
  }
}
