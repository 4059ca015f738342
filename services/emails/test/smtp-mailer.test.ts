import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import type { MailMessage } from '../src/mailer.ts';
import { connectSmtpMailer } from '../src/smtp-mailer.ts';
import { startScriptedSmtp } from './scripted-smtp.ts';

const from = { name: 'Taskyard', address: 'hello@taskyard.example' };
const message: MailMessage = {
  to: { name: 'Ada', address: 'ada@example.com' },
  subject: 'Grüße aus dem Hof',
  html: '<p>Hello Ada</p>',
  text: 'Hello Ada',
};
const never = new AbortController().signal;

test('a mail arrives with both parts and the headers that mailboxes look at', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = connectSmtpMailer({ smtpUrl: smtp.url, from, poolSize: 1 });
  const replyTo = { name: 'Alan', address: 'alan@example.com' };

  const receipt = await mailer.send(
    { ...message, replyTo },
    { idempotencyKey: '01kabc-emails', signal: never },
  );

  expect(receipt).toEqual({ messageId: '<01kabc-emails@taskyard.example>', provider: 'smtp' });
  expect(smtp.kept).toMatchObject([
    {
      from,
      to: [{ name: 'Ada', address: 'ada@example.com' }],
      replyTo: [replyTo],
      subject: 'Grüße aus dem Hof',
      html: '<p>Hello Ada</p>\n',
      text: 'Hello Ada\n',
      messageId: '<01kabc-emails@taskyard.example>',
      headers: expect.arrayContaining([
        { key: 'auto-submitted', originalKey: 'Auto-Submitted', value: 'auto-generated' },
      ]),
    },
  ]);
});

test('names and subjects with line breaks add no header and no recipient', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = connectSmtpMailer({ smtpUrl: smtp.url, from, poolSize: 1 });
  const hostile = 'Ada\r\nBcc: victim@example.com\r\n\r\nspoofed';

  await mailer.send(
    { ...message, to: { name: `"${hostile}`, address: 'ada@example.com' }, subject: hostile },
    { idempotencyKey: 'x', signal: never },
  );

  const [mail] = smtp.kept;
  expect(mail?.headers.map(({ key }) => key)).not.toContain('bcc');
  expect(mail?.to).toMatchObject([{ address: 'ada@example.com' }]);
  expect(mail?.text).toBe('Hello Ada\n');
});

test('a server that never answers is hung up on when the signal aborts', async () => {
  await using smtp = await startScriptedSmtp({ script: [{ hang: true }] });
  await using mailer = connectSmtpMailer({ smtpUrl: smtp.url, from, poolSize: 1 });
  const stop = new AbortController();
  const reason = new Error('took too long');

  const sending = mailer.send(message, { idempotencyKey: 'x', signal: stop.signal });
  await smtp.hanging;
  stop.abort(reason);

  await expect(sending).rejects.toBe(reason);
  await eventually(() => expect(smtp.connections()).toBe(0));
});

test('one mail that hangs does not keep the pool from the next', async () => {
  await using smtp = await startScriptedSmtp({ script: [{ hang: true }] });
  await using mailer = connectSmtpMailer({ smtpUrl: smtp.url, from, poolSize: 1 });
  const stop = new AbortController();
  const hanging = mailer.send(message, { idempotencyKey: 'first', signal: stop.signal });
  await smtp.hanging;

  const next = mailer.send(message, { idempotencyKey: 'next', signal: never });
  stop.abort();

  await expect(hanging).rejects.toThrow();
  await expect(next).resolves.toMatchObject({ messageId: '<next@taskyard.example>' });
});

test('nothing is sent for a signal that is aborted already', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = connectSmtpMailer({ smtpUrl: smtp.url, from, poolSize: 1 });

  const sending = mailer.send(message, { idempotencyKey: 'x', signal: AbortSignal.abort() });

  await expect(sending).rejects.toThrow();
  expect(smtp.offers()).toBe(0);
});

test('a line that breaks after the mail leaves it open whether the server has it', async () => {
  await using smtp = await startScriptedSmtp({ script: [{ dropAfterData: true }] });
  await using mailer = connectSmtpMailer({ smtpUrl: smtp.url, from, poolSize: 1 });

  const sending = mailer.send(message, { idempotencyKey: 'x', signal: never });

  await expect(sending).rejects.toMatchObject({ code: 'mail_deferred', mayHaveBeenSent: true });
  expect(smtp.offers()).toBe(1);
});

test('a server that hangs up at once is left to the next attempt', async () => {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  await using mailer = connectSmtpMailer({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from,
    poolSize: 1,
  });

  const sending = mailer.send(message, { idempotencyKey: 'x', signal: never });

  await expect(sending).rejects.toMatchObject({ code: 'mail_deferred' });
  expect(calls).toBe(1);
  server.close();
});

test('a wrong password is told apart from a refused mail', async () => {
  await using smtp = await startScriptedSmtp({ password: 'right' });
  const smtpUrl = smtp.url.replace('//', '//somebody%40example.com:wrong@');
  await using mailer = connectSmtpMailer({ smtpUrl, from, poolSize: 1 });

  const sending = mailer.send(message, { idempotencyKey: 'x', signal: never });

  const error: unknown = await sending.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'mail_auth_failed', retryable: false });
  expect(String(error)).not.toMatch(/somebody|wrong@/);
});

test('the right password lets the mail through', async () => {
  await using smtp = await startScriptedSmtp({ password: 'right' });
  const smtpUrl = smtp.url.replace('//', '//somebody%40example.com:right@');
  await using mailer = connectSmtpMailer({ smtpUrl, from, poolSize: 1 });

  await mailer.send(message, { idempotencyKey: 'x', signal: never });

  expect(smtp.kept).toHaveLength(1);
});

test('mails share the connections of the pool', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = connectSmtpMailer({ smtpUrl: smtp.url, from, poolSize: 2 });
  const keys = Array.from({ length: 12 }, (_, index) => `mail-${index}`);

  await Promise.all(
    keys.map((idempotencyKey) => mailer.send(message, { idempotencyKey, signal: never })),
  );

  expect(smtp.kept).toHaveLength(12);
  expect(smtp.connections()).toBeLessThanOrEqual(2);
});
