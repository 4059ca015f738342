import { PlatformError } from '@shared/errors';

/** A body of a kind that the route does not read. */
export class UnsupportedMediaTypeError extends PlatformError {
  readonly code = 'unsupported_media_type';
  readonly retryable = false;

  constructor(expected: string) {
    super({
      what: 'Request refused',
      why: `its content type is not ${expected}`,
      fix: `Send it with "content-type: ${expected}".`,
    });
  }
}
