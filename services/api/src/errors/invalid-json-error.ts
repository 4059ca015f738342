import { PlatformError } from '@shared/errors';

/** A body that says it is JSON and is not. */
export class InvalidJsonError extends PlatformError {
  readonly code = 'invalid_json';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Request refused',
      why: 'its body is not valid JSON',
      fix: 'Send one JSON object.',
    });
  }
}
