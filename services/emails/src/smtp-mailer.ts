import { createTransport } from 'nodemailer';
import { headersOf } from './mail-headers.ts';
import type { MailAddress, Mailer } from './mailer.ts';
import { messageIdOf } from './message-id.ts';
import { smtpFailure } from './smtp-failure.ts';

/** The waits that nodemailer leaves at minutes; a job's own timeout ends all of them earlier still. */
const CONNECT_TIMEOUT_MS = 15_000;
const GREETING_TIMEOUT_MS = 15_000;
const SILENCE_TIMEOUT_MS = 60_000;

/**
 * Sends through one SMTP server, over connections that stay open between mails.
 *
 * @param smtpUrl `smtp://user:password@host:587` (TLS by STARTTLS; required where a password would
 * travel to another machine) or `smtps://…:465`. nodemailer's options can follow as a query:
 * `?requireTLS=false`.
 * @param poolSize how many connections at most.
 */
export const connectSmtpMailer = ({
  smtpUrl,
  from,
  poolSize,
}: {
  smtpUrl: string;
  from: MailAddress;
  poolSize: number;
}): Mailer & AsyncDisposable => {
  const transport = createTransport({
    pool: true,
    maxConnections: poolSize,
    // A line that broke may have broken after the mail was taken. Whether to send it again is for
    // the job's next attempt to decide, which says so in the ledger and in the log.
    maxRequeues: 0,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: GREETING_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    requireTLS: carriesPasswordAbroad(smtpUrl),
    disableFileAccess: true,
    disableUrlAccess: true,
    url: smtpUrl,
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    name: 'smtp',
    async send(message, { idempotencyKey, signal }) {
      const { to, replyTo, subject, html, text, attachments = [] } = message;
      signal.throwIfAborted();
      const messageId = messageIdOf(idempotencyKey, domain);
      try {
        await transport.sendMail({
          messageId,
          from,
          to,
          ...(replyTo === undefined ? {} : { replyTo }),
          subject,
          html,
          text,
          attachments: [...attachments],
          headers: headersOf(message),
          signal,
        });
      } catch (error) {
        signal.throwIfAborted();
        throw smtpFailure(error, to.address);
      }
      return { messageId, provider: 'smtp' };
    },
    async [Symbol.asyncDispose]() {
      transport.close({ force: true });
    },
  };
};

const LOOPBACK = /^(?:localhost|127\..*|\[::1\])$/;

const carriesPasswordAbroad = (smtpUrl: string) => {
  const { password, hostname } = new URL(smtpUrl);
  return password !== '' && !LOOPBACK.test(hostname);
};
