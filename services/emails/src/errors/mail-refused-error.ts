import { PlatformError } from '@shared/errors';

/** The provider will never take this mail: no such mailbox, a sender it does not allow, too large. */
export class MailRefusedError extends PlatformError {
  readonly code = 'mail_refused';
  readonly retryable = false;

  /** @param answer what the provider said, without addresses. */
  constructor(provider: string, answer: string) {
    super({
      what: `${provider} refused the mail`,
      why: answer,
      fix: 'Correct the address, or what the answer names, and enqueue it anew.',
    });
  }
}
