import { PlatformError } from '@shared/errors';

/** The body went over the caller's `maxBytes`; nothing of it was kept. */
export class ObjectTooLargeError extends PlatformError {
  readonly code = 'object_too_large';
  readonly retryable = false;
  readonly maxBytes: number;

  constructor(key: string, maxBytes: number) {
    super({
      what: `Object "${key}" refused`,
      why: `it has more than ${maxBytes} bytes`,
      fix: 'Send a smaller file.',
    });
    this.maxBytes = maxBytes;
  }
}
