import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { z } from 'zod';

/** A mail as the provider understood it, whichever protocol it came by. */
export type TakenMail = {
  provider: 'sendgrid' | 'ses' | 'mailgun';
  from: string;
  to: string;
  replyTo: string | undefined;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  attachments: { filename: string; contentType: string; content: string }[];
};

/** How the next request is answered instead of being taken. */
export type Answer = {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Breaks the line instead of answering, after the mail was taken. */
  drop?: true;
  /** Takes the mail and never answers. */
  hang?: true;
};

export const CREDENTIALS = {
  sendgrid: 'SG.key-of-tests',
  mailgun: 'mailgun-key-of-tests',
  ses: { accessKeyId: 'AKIATESTS', secretAccessKey: 'secret-of-tests' },
};

/** The HTTP APIs of SendGrid, Amazon SES and Mailgun on loopback, as their documentation has them. */
export const startFakeMailApi = async ({ script = [] }: { script?: readonly Answer[] } = {}) => {
  const taken: TakenMail[] = [];
  const steps = [...script];
  let requests = 0;
  let arrived = Promise.withResolvers<void>();

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const api = apiOf(request);
    if (api === undefined) {
      response.writeHead(404).end();
      return;
    }
    requests += 1;
    if (!api.letsIn(request)) {
      response.writeHead(401, { 'content-type': 'application/json' }).end(api.denial);
      return;
    }
    const step = steps.shift();
    if (step === undefined || step.drop === true || step.hang === true) {
      taken.push(await api.read(body, request));
      arrived.resolve();
    }
    if (step?.drop === true) response.destroy();
    if (step?.drop === true || step?.hang === true) return;
    const { status, headers, body: answer } = step ?? api.accepted;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  };

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    requests: () => requests,
    answerNext: (...answers: Answer[]) => void steps.push(...answers),
    /** Resolves when the next mail has been taken. */
    nextTaken() {
      arrived = Promise.withResolvers();
      return arrived.promise;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
};

type Api = {
  letsIn(request: IncomingMessage): boolean;
  denial: string;
  accepted: Answer;
  read(body: Buffer, request: IncomingMessage): Promise<TakenMail>;
};

const apiOf = ({ method, url = '' }: IncomingMessage): Api | undefined => {
  if (method !== 'POST') return undefined;
  if (url === '/v3/mail/send') return sendGrid;
  if (url === '/v2/email/outbound-emails') return ses;
  if (url === '/v3/mg.example.com/messages') return mailgun;
  return undefined;
};

const Address = z.object({ email: z.string(), name: z.string().optional() });
const shown = ({ email, name }: z.infer<typeof Address>) =>
  name === undefined ? email : `${name} <${email}>`;

const SendGridRequest = z.strictObject({
  from: Address,
  reply_to: Address.optional(),
  subject: z.string(),
  personalizations: z.tuple([z.looseObject({ to: z.tuple([Address]) })]),
  content: z.array(z.strictObject({ type: z.string(), value: z.string() })),
  headers: z.record(z.string(), z.string()),
  tracking_settings: z.unknown(),
  attachments: z
    .array(
      z.strictObject({
        filename: z.string(),
        type: z.string(),
        content: z.string(),
        disposition: z.literal('attachment'),
      }),
    )
    .optional(),
});

const sendGrid: Api = {
  letsIn: ({ headers }) => headers.authorization === `Bearer ${CREDENTIALS.sendgrid}`,
  denial: JSON.stringify({ errors: [{ message: 'authorization required', field: null }] }),
  accepted: { status: 202, headers: { 'x-message-id': 'of-sendgrid' } },
  async read(body) {
    const mail = SendGridRequest.parse(JSON.parse(body.toString()));
    const contentOf = (type: string) => mail.content.find((one) => one.type === type)?.value ?? '';
    return {
      provider: 'sendgrid',
      from: shown(mail.from),
      to: shown(mail.personalizations[0].to[0]),
      replyTo: mail.reply_to && shown(mail.reply_to),
      subject: mail.subject,
      text: contentOf('text/plain'),
      html: contentOf('text/html'),
      headers: lowerCased(mail.headers),
      attachments: (mail.attachments ?? []).map(({ filename, type, content }) => ({
        filename,
        contentType: type,
        content: Buffer.from(content, 'base64').toString(),
      })),
    };
  },
};

const SesRequest = z.looseObject({ Content: z.object({ Raw: z.object({ Data: z.string() }) }) });

const ses: Api = {
  // The signature itself is Amazon's to check; that it is made with our key for this service is ours.
  letsIn: ({ headers }) =>
    new RegExp(
      `^AWS4-HMAC-SHA256 Credential=${CREDENTIALS.ses.accessKeyId}/\\d{8}/eu-central-1/ses/aws4_request, `,
    ).test(headers.authorization ?? ''),
  denial: JSON.stringify({ message: 'The security token included in the request is invalid.' }),
  accepted: { status: 200, body: { MessageId: '0100-of-ses' } },
  async read(body) {
    const { Content } = SesRequest.parse(JSON.parse(body.toString()));
    const mail = await PostalMime.parse(Buffer.from(Content.Raw.Data, 'base64'));
    const [to, replyTo] = [mail.to?.[0], mail.replyTo?.[0]];
    return {
      provider: 'ses',
      from: shown({ email: mail.from?.address ?? '', name: mail.from?.name }),
      to: shown({ email: to?.address ?? '', name: to?.name || undefined }),
      replyTo: replyTo && shown({ email: replyTo.address ?? '', name: replyTo.name || undefined }),
      subject: mail.subject ?? '',
      text: mail.text ?? '',
      html: mail.html ?? '',
      headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
      attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
        filename: filename ?? '',
        contentType: mimeType,
        content: Buffer.from(content as ArrayBuffer).toString(),
      })),
    };
  },
};

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

const mailgun: Api = {
  letsIn: ({ headers }) =>
    headers.authorization ===
    `Basic ${Buffer.from(`api:${CREDENTIALS.mailgun}`).toString('base64')}`,
  denial: 'Forbidden',
  accepted: { status: 200, body: { id: '<of-mailgun>', message: 'Queued. Thank you.' } },
  async read(body, { headers }) {
    const type = headers['content-type'] ?? '';
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData();
    const fields = [...form.entries()];
    const field = (name: string) => textOf(form.get(name));
    const files = fields.flatMap(([, value]) => (value instanceof File ? [value] : []));
    const named = fields.flatMap(([name, value]) =>
      name.startsWith('h:') ? [[name.slice(2), textOf(value)] as const] : [],
    );
    const { 'reply-to': replyTo, ...own } = lowerCased(Object.fromEntries(named));
    return {
      provider: 'mailgun',
      from: field('from').replaceAll('"', ''),
      to: field('to').replaceAll('"', ''),
      replyTo: replyTo?.replaceAll('"', ''),
      subject: field('subject'),
      text: field('text'),
      html: field('html'),
      headers: own,
      attachments: await Promise.all(
        files.map(async (file) => ({
          filename: file.name,
          contentType: file.type,
          content: await file.text(),
        })),
      ),
    };
  },
};

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
