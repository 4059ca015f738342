import FormData from 'form-data';
import Mailgun from 'mailgun.js';
import { z } from 'zod';
import { headersOf } from '../mail-headers.ts';
import type { MailAddress, Mailer } from '../mailer.ts';
import { messageIdOf } from '../message-id.ts';
import { abortable } from './abortable.ts';
import { httpFailure } from './http-failure.ts';

const ANSWER_TIMEOUT_MS = 60_000;

/** The client's errors; it keeps the answer's headers, and with them `Retry-After`, to itself. */
const Failure = z.object({
  status: z.number().optional().catch(undefined),
  message: z.string().catch(''),
  details: z.string().catch(''),
});

/** Where nobody answered, the client says 400 and the connection's code, as in `ECONNREFUSED`. */
const NETWORK_CODE = /^E[A-Z_]+$/;

/** Mailgun's API, version 3. */
export const connectMailgunMailer = ({
  apiKey,
  domain,
  url,
  from,
}: {
  apiKey: string;
  domain: string;
  url: string;
  from: MailAddress;
}): Mailer => {
  const client = new Mailgun(FormData).client({
    username: 'api',
    key: apiKey,
    url: url.replace(/\/$/, ''),
    timeout: ANSWER_TIMEOUT_MS,
  });
  const senderDomain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    name: 'mailgun',
    async send(message, { idempotencyKey, signal }) {
      const { to, replyTo, subject, html, text, attachments = [] } = message;
      const messageId = messageIdOf(idempotencyKey, senderDomain);
      const headers = {
        ...headersOf(message),
        'Message-Id': messageId,
        ...(replyTo === undefined ? {} : { 'Reply-To': headerOf(replyTo) }),
      };
      const request = {
        from: headerOf(from),
        to: headerOf(to),
        subject,
        text,
        html,
        // Links in reset mails are secrets: nobody is to count who clicks them.
        'o:tracking': 'no' as const,
        ...Object.fromEntries(Object.entries(headers).map(([key, value]) => [`h:${key}`, value])),
        attachment: attachments.map(({ filename, contentType, content }) => ({
          filename,
          contentType,
          data: content,
        })),
      };
      try {
        await abortable(() => client.messages.create(domain, request), signal);
      } catch (error) {
        signal.throwIfAborted();
        throw mailgunFailure(error, to.address);
      }
      return { messageId, provider: 'mailgun' };
    },
  };
};

/** `"Ada" <ada@example.com>`, the name quoted as RFC 5322 has it. */
const headerOf = ({ name, address }: MailAddress) =>
  name === '' ? address : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;

const mailgunFailure = (error: unknown, recipient: string) => {
  const { status, message, details } = Failure.parse(error);
  const answer = NETWORK_CODE.test(message)
    ? { status: undefined, text: '', networkCode: message }
    : { status, text: details };
  return httpFailure('mailgun', answer, { variable: 'MAILGUN_API_KEY', recipient });
};
