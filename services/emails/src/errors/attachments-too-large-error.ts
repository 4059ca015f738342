import { PlatformError } from '@shared/errors';

/** Mail servers refuse large mails, and encoding makes attachments a third larger still. */
export class AttachmentsTooLargeError extends PlatformError {
  readonly code = 'attachments_too_large';
  readonly retryable = false;

  constructor(bytes: number, maxBytes: number) {
    super(
      {
        what: 'Mail not sent',
        why: `its attachments have ${bytes} bytes, and ${maxBytes} are the most`,
        fix: 'Send a link to the larger ones.',
      },
      { path: 'attachments' },
    );
  }
}
