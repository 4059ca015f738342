import { PlatformError } from '@shared/errors';

/** No mail has this id: it was deleted, or made room for newer ones. */
export class MailNotFoundError extends PlatformError {
  readonly code = 'mail_not_found';
  readonly retryable = false;

  constructor(id: string) {
    super({
      what: 'No such mail',
      why: `"${id}" is not, or no longer, in the mailbox`,
      fix: 'List the mails with `GET /api/messages`.',
    });
  }
}
