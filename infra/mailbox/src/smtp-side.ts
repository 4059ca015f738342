import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import type { Logger } from '@shared/service';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { listening } from './listening.ts';
import type { MailStore } from './mail-store.ts';

export type SmtpSide = AsyncDisposable & { port: number };

const MAX_MAIL_BYTES = 25 * 1024 * 1024;

/** How long a client may take to notice that we are closing; pools keep idle connections open. */
const CLOSE_GRACE_MS = 100;

/**
 * Takes any mail from anybody for anybody. Two recipients are refused, so that people can see what
 * their program does then: `bounce@…` for good (550), `tempfail@…` for now (451).
 */
export const startSmtpSide = async ({
  port,
  host,
  store,
  log,
}: {
  port: number;
  host: string;
  store: MailStore;
  log: Logger;
}): Promise<SmtpSide> => {
  const server = new SMTPServer({
    banner: 'development mailbox',
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    closeTimeout: CLOSE_GRACE_MS,
    onAuth: ({ username }, _session, callback) => callback(null, { user: username ?? 'anyone' }),
    onRcptTo: ({ address }, _session, callback) => callback(refusalOf(address)),
    onData(stream, { envelope }, callback) {
      const keep = async () => {
        const content = await readAll(stream);
        await store.add(
          {
            sender: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
            recipients: envelope.rcptTo.map(({ address }) => address),
            receivedAt: new Date(),
          },
          content,
        );
      };
      callbackify(keep)((error) => callback(error, 'kept'));
    },
  });
  server.on('error', (error) => log.debug({ error }, 'smtp client failed'));
  await listening(server.listen(port, host), { port, variable: 'MAILBOX_SMTP_PORT' });
  return {
    port: (server.server.address() as AddressInfo).port, // A listening TCP server has no other kind.
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

const refusalOf = (address: string): Error | null => {
  const localPart = address.slice(0, address.lastIndexOf('@')).toLowerCase();
  if (localPart === 'bounce') return smtpError(550, '5.1.1 No such mailbox');
  if (localPart === 'tempfail') return smtpError(451, '4.3.0 Try again later');
  return null;
};

/** The stream must be read to its end even when the mail is too large, or the client never hears why. */
const readAll = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (!stream.sizeExceeded) chunks.push(chunk);
  }
  if (stream.sizeExceeded) throw smtpError(552, `5.3.4 Larger than ${MAX_MAIL_BYTES} bytes`);
  return Buffer.concat(chunks);
};

const smtpError = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });
