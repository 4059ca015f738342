import { PlatformError } from '@shared/errors';

/** An attachment does not lie in storage, so that the mail would go out without it. */
export class AttachmentMissingError extends PlatformError {
  readonly code = 'attachment_missing';
  readonly retryable = false;

  constructor(key: string) {
    super(
      {
        what: 'Mail not sent',
        why: `its attachment "${key}" is not in storage`,
        fix: 'Store the object before the mail is enqueued, and keep it until the mail is out.',
      },
      { path: 'attachments' },
    );
  }
}
