import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { headersOf } from '../mail-headers.ts';
import type { MailAddress, Mailer } from '../mailer.ts';
import { messageIdOf } from '../message-id.ts';
import { abortable } from './abortable.ts';
import { httpFailure } from './http-failure.ts';

const Failure = z.object({
  name: z.string().catch(''),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
  $response: z
    .object({ headers: z.looseObject({ 'retry-after': z.unknown() }) })
    .optional()
    .catch(undefined),
});

/** Said with 400, and all about us, not about the mail. */
const OUR_FAULT: ReadonlySet<string> = new Set([
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'SendingPausedException',
]);

/** Said with 400, and over by itself. */
const TOO_FAST: ReadonlySet<string> = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'ThrottlingException',
]);

/**
 * Amazon SES, API version 2. It gives mails a Message-ID of its own, so that one that had to be sent
 * twice is not recognised as one.
 *
 * @param options.url where it is, unless it is Amazon's in `region`.
 */
export const connectSesMailer = ({
  accessKeyId,
  secretAccessKey,
  region,
  url,
  from,
}: {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  url?: string | undefined;
  from: MailAddress;
}): Mailer & AsyncDisposable => {
  const sesClient = new SESv2Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    ...(url === undefined ? {} : { endpoint: url }),
    // When to try again is the platform's to say.
    maxAttempts: 1,
  });
  const transport = createTransport({ SES: { sesClient, SendEmailCommand } });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    name: 'ses',
    async send(message, { idempotencyKey, signal }) {
      const { to, replyTo, subject, html, text, attachments = [] } = message;
      const mail = {
        messageId: messageIdOf(idempotencyKey, domain),
        from,
        to,
        ...(replyTo === undefined ? {} : { replyTo }),
        subject,
        html,
        text,
        attachments: [...attachments],
        headers: headersOf(message),
        disableFileAccess: true,
        disableUrlAccess: true,
      };
      try {
        const { messageId } = await abortable(() => transport.sendMail(mail), signal);
        return { messageId, provider: 'ses' };
      } catch (error) {
        signal.throwIfAborted();
        throw sesFailure(error, to.address);
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close();
      sesClient.destroy();
    },
  };
};

const sesFailure = (error: unknown, recipient: string) => {
  const { name, message, code, $metadata, $response } = Failure.parse(error);
  const status = $metadata?.httpStatusCode;
  const answer = {
    status: OUR_FAULT.has(name) ? 403 : TOO_FAST.has(name) ? 429 : status,
    text: `${name}: ${message}`,
    retryAfter: $response?.headers['retry-after'],
    networkCode: code === 'ESES' ? undefined : code,
  };
  return httpFailure('ses', answer, { variable: 'AWS_SES_SECRET_KEY', recipient });
};
