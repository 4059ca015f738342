/** One mail to one person. Header values are plain text; the adapter encodes them. */
export type MailMessage = {
  to: MailAddress;
  /** Where an answer goes, when that is not the sender. */
  replyTo?: MailAddress;
  subject: string;
  html: string;
  text: string;
  attachments?: readonly MailAttachment[];
  /** Where a POST ends mails of this kind for the recipient (RFC 8058). */
  unsubscribeUrl?: string;
};

export type MailAttachment = { filename: string; contentType: string; content: Buffer };

export type MailAddress = { name: string; address: string };

/** A provider's word that it will deliver the mail. */
export type MailReceipt = {
  /** With its angle brackets, as the mail's header has it. */
  messageId: string;
  /** Which provider took it. */
  provider: string;
};

export type SendOptions = {
  idempotencyKey: string;
  signal: AbortSignal;
  /** The provider that may have this mail already: among several, it is the one to ask first. */
  first?: string | undefined;
  /** Called, among several providers, before one is given the mail. */
  onTry?: ((provider: string) => Promise<void>) | undefined;
};

/** Somebody who takes mails for delivery: an SMTP server, or a provider's API. */
export type Mailer = {
  readonly name: string;
  /**
   * Resolves once the provider answers for the mail, not before. Calls with the same
   * `idempotencyKey` send the same Message-ID, so that whoever gets the mail twice can tell.
   *
   * @param options.signal an abort hangs up and rejects with the signal's reason.
   * @throws {MailRefusedError} this mail will never be taken.
   * @throws {MailDeferredError} not now; says whether the mail may have gone out all the same.
   * @throws {MailAuthError} the provider does not accept our credentials.
   */
  send(message: MailMessage, options: SendOptions): Promise<MailReceipt>;
};
