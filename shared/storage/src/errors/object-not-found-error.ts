import { PlatformError } from '@shared/errors';

export class ObjectNotFoundError extends PlatformError {
  readonly code = 'object_not_found';
  readonly retryable = false;

  constructor(key: string, cause?: unknown) {
    super(
      {
        what: 'Object not found',
        why: `storage holds nothing under "${key}"`,
        fix: 'Check the key, and that the object was not deleted in the meantime.',
      },
      { cause },
    );
  }
}
