import PostalMime, { type Address, decodeWords, type Email } from 'postal-mime';
import { readEnvelope } from './envelope.ts';

/** One received mail as lists show it. */
export type Mail = {
  /** Sorts by time of arrival. */
  id: string;
  /** As the mail says it: `Taskyard <hello@taskyard.example>`. */
  from: string;
  /** The addresses it was delivered to, bare, joined by `, `; blind copies are among them. */
  to: string;
  subject: string;
  text: string | null;
  html: string | null;
  receivedAt: Date;
};

/** One received mail with everything that can be said about it. */
export type MailDetail = Mail & {
  /** Whom the mail says it is for: `Ada <ada@example.com>`. */
  toHeader: string;
  cc: string;
  replyTo: string;
  messageId: string | null;
  bytes: number;
  /** In the order of the mail, repeated ones included, encoded words decoded. */
  headers: { name: string; value: string }[];
  attachments: { index: number; filename: string; mimeType: string; bytes: number }[];
};

/**
 * Reads a mail as the mailbox keeps it: its envelope in front, then the mail as it came.
 *
 * @throws {Error} for MIME that is nested too deep or whose headers are too large.
 */
export const parseMail = async (id: string, raw: Buffer): Promise<MailDetail> => {
  const { recipients, receivedAt } = readEnvelope(raw);
  const email = await PostalMime.parse(raw);
  return {
    id,
    from: email.from === undefined ? '' : formatAddress(email.from),
    to: recipients.join(', '),
    subject: email.subject ?? '',
    text: email.text ?? null,
    html: email.html ?? null,
    receivedAt,
    toHeader: formatAddresses(email.to),
    cc: formatAddresses(email.cc),
    replyTo: formatAddresses(email.replyTo),
    messageId: email.messageId ?? null,
    bytes: raw.length,
    headers: email.headers.map(({ originalKey, value }) => ({
      name: originalKey,
      value: decodeWords(value),
    })),
    attachments: listAttachments(email),
  };
};

/** The bytes of one attachment; parsed again on demand, so that they are not held twice. */
export const readAttachment = async (raw: Buffer, index: number): Promise<Buffer | undefined> => {
  const { attachments } = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });
  const content = attachments[index]?.content;
  return content === undefined ? undefined : toBuffer(content);
};

const listAttachments = ({ attachments }: Email) =>
  attachments.map(({ filename, mimeType, content }, index) => ({
    index,
    filename: filename ?? `attachment-${index + 1}`,
    mimeType,
    bytes: toBuffer(content).length,
  }));

const toBuffer = (content: ArrayBuffer | Uint8Array | string) =>
  content instanceof Uint8Array
    ? Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    : typeof content === 'string'
      ? Buffer.from(content)
      : Buffer.from(content);

const formatAddresses = (addresses: Address[] | undefined) =>
  (addresses ?? []).map(formatAddress).join(', ');

const formatAddress = (address: Address): string =>
  address.group !== undefined
    ? `${address.name}: ${formatAddresses(address.group)};`
    : address.name === ''
      ? address.address
      : `${address.name} <${address.address}>`;
