import { PlatformError } from './platform-error.ts';

export class PayloadTooLargeError extends PlatformError {
  readonly code = 'payload_too_large';
  readonly retryable = false;

  constructor(task: string, bytes: number, maxBytes: number) {
    super({
      what: `Payload of ${task} refused`,
      why: `it has ${bytes} bytes and the limit is ${maxBytes}`,
      fix: 'Put the bulk into object storage and enqueue its key.',
    });
  }
}
