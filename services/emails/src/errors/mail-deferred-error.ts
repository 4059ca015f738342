import { PlatformError } from '@shared/errors';

/** The provider did not take the mail this time; a later attempt can succeed. */
export class MailDeferredError extends PlatformError {
  readonly code = 'mail_deferred';
  readonly retryable = true;
  /**
   * True when the line broke before the provider's answer: it may have the mail. Sending it through
   * another provider could then deliver it twice.
   */
  readonly mayHaveBeenSent: boolean;
  /** Whether it would say so of any mail now, and not of this one alone, as greylisting does. */
  readonly providerWide: boolean;
  /** The wait that the provider asked for, if it named one. */
  readonly retryAfterMs?: number;

  /** @param answer what the provider said, or what happened instead, without addresses. */
  constructor(
    provider: string,
    answer: string,
    {
      mayHaveBeenSent,
      providerWide = true,
      retryAfterMs,
    }: {
      mayHaveBeenSent: boolean;
      providerWide?: boolean;
      retryAfterMs?: number | undefined;
    },
  ) {
    super({
      what: `${provider} did not take the mail`,
      why: answer,
      fix: 'It is tried again while attempts remain; see to the provider if that goes on.',
    });
    this.mayHaveBeenSent = mayHaveBeenSent;
    this.providerWide = providerWide;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
