import sendGridClient from '@sendgrid/client';
import sendGridMail from '@sendgrid/mail';
import { z } from 'zod';
import { headersOf } from '../mail-headers.ts';
import type { MailAddress, Mailer } from '../mailer.ts';
import { messageIdOf } from '../message-id.ts';
import { abortable } from './abortable.ts';
import { httpFailure } from './http-failure.ts';

// Both packages export one instance for the whole process, and its class beside it, which their types
// do not tell.
const { Client } = sendGridClient as unknown as { Client: new () => typeof sendGridClient };
const { MailService } = sendGridMail as unknown as { MailService: new () => typeof sendGridMail };

const ANSWER_TIMEOUT_MS = 60_000;

/** What the client's errors say about themselves, axios' included. */
const Failure = z.object({
  code: z.union([z.number(), z.string()]).optional().catch(undefined),
  response: z
    .object({
      headers: z.looseObject({ 'retry-after': z.unknown() }).catch({ 'retry-after': undefined }),
      body: z
        .object({ errors: z.array(z.object({ message: z.string() })) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** SendGrid's Web API v3. */
export const connectSendGridMailer = ({
  apiKey,
  url,
  from,
}: {
  apiKey: string;
  url: string;
  from: MailAddress;
}): Mailer => {
  const client = new Client();
  const service = new MailService();
  service.setClient(client);
  service.setApiKey(apiKey);
  service.setTimeout(ANSWER_TIMEOUT_MS);
  // Last, for setting the key sets the address as well.
  client.setDefaultRequest('baseUrl', url.replace(/\/$/, ''));
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    name: 'sendgrid',
    async send(message, { idempotencyKey, signal }) {
      const { to, replyTo, subject, html, text, attachments = [] } = message;
      const messageId = messageIdOf(idempotencyKey, domain);
      const request = {
        from: addressOf(from),
        to: addressOf(to),
        ...(replyTo === undefined ? {} : { replyTo: addressOf(replyTo) }),
        subject,
        text,
        html,
        headers: { ...headersOf(message), 'Message-ID': messageId },
        // Links in reset mails are secrets: nobody is to count who clicks them.
        trackingSettings: { clickTracking: { enable: false }, openTracking: { enable: false } },
        attachments: attachments.map(({ filename, contentType, content }) => ({
          filename,
          type: contentType,
          content: content.toString('base64'),
          disposition: 'attachment',
        })),
      };
      try {
        await abortable(() => service.send(request), signal);
      } catch (error) {
        signal.throwIfAborted();
        throw sendGridFailure(error, to.address);
      }
      return { messageId, provider: 'sendgrid' };
    },
  };
};

/** Without a name, the API wants none, not an empty one. */
const addressOf = ({ name, address: email }: MailAddress) =>
  name === '' ? { email } : { email, name };

const sendGridFailure = (error: unknown, recipient: string) => {
  const { code, response } = Failure.parse(error);
  const answer =
    typeof code === 'number'
      ? {
          status: code,
          text: (response?.body?.errors ?? []).map(({ message }) => message).join('; '),
          retryAfter: response?.headers['retry-after'],
        }
      : { status: undefined, text: '', networkCode: code };
  return httpFailure('sendgrid', answer, { variable: 'SENDGRID_API_KEY', recipient });
};
