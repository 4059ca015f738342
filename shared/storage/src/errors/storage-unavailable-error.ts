import { PlatformError } from '@shared/errors';

/** The disk or the S3 service failed, so the operation may work on another attempt. */
export class StorageUnavailableError extends PlatformError {
  readonly code = 'storage_unavailable';
  readonly retryable = true;

  constructor(operation: string, cause: unknown) {
    super(
      {
        what: 'Storage unavailable',
        why: `${operation} failed with ${reasonOf(cause)}`,
        fix: 'Check STORAGE_URL, the credentials, and the space left, then try again.',
      },
      { cause },
    );
  }
}

/** File system errors have a `code`, errors of an S3 service a telling `name`. */
const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
};
