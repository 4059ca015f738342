import { PlatformError } from '@shared/errors';

/** A multipart body that is not exactly one file in the field, or that is cut short. */
export class InvalidUploadError extends PlatformError {
  readonly code = 'invalid_upload';
  readonly retryable = false;

  /** @param field the one that the route takes. */
  constructor(field: string, why: string, path?: string) {
    super(
      {
        what: 'Upload refused',
        why,
        fix: `Send multipart/form-data with exactly one file, in the field "${field}".`,
      },
      path === undefined ? {} : { path },
    );
  }
}
