import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { type Mail, type Mailbox, startMailbox } from '../src/index.ts';

const send = async ({ smtpUrl }: Mailbox, mail: Record<string, unknown> = {}) => {
  const transport = createTransport(smtpUrl);
  await transport.sendMail({
    from: 'Taskyard <hello@taskyard.example>',
    to: 'Ada Lovelace <ada@example.com>',
    subject: 'Welcome, Ada',
    text: 'Hello Ada',
    html: '<p>Hello <b>Ada</b></p>',
    ...mail,
  });
};

const get = async ({ url }: Mailbox, path: string) => {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

const list = async (mailbox: Mailbox, query = '') =>
  // The shape is what the first test asserts.
  JSON.parse((await get(mailbox, `/api/messages${query}`)).text) as (Mail & { id: string })[];

const temporaryFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'mailbox-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};

test('a mail that was sent is listed with its parts', async () => {
  await using mailbox = await startMailbox();

  await send(mailbox);

  expect(await list(mailbox)).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-z]+-[0-9a-f]+$/),
      from: 'Taskyard <hello@taskyard.example>',
      to: 'ada@example.com',
      subject: 'Welcome, Ada',
      text: 'Hello Ada\n',
      html: '<p>Hello <b>Ada</b></p>\n',
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
  ]);
});

test('the newest mail is first', async () => {
  await using mailbox = await startMailbox();

  for (const subject of ['one', 'two', 'three']) await send(mailbox, { subject });

  expect((await list(mailbox)).map(({ subject }) => subject)).toEqual(['three', 'two', 'one']);
  expect(await list(mailbox, '?limit=1')).toMatchObject([{ subject: 'three' }]);
});

test('mails can be asked for by recipient, blind copies included', async () => {
  await using mailbox = await startMailbox();
  await send(mailbox, { to: 'ada@example.com', subject: 'for Ada' });
  await send(mailbox, { to: 'bob@example.com', bcc: 'Ada@Example.com', subject: 'for both' });
  await send(mailbox, { to: 'bob@example.com', subject: 'for Bob' });

  const found = await list(mailbox, '?to=ada@example.com');

  expect(found.map(({ subject }) => subject)).toEqual(['for both', 'for Ada']);
});

test('one mail is shown with its headers and attachments, which can be downloaded', async () => {
  await using mailbox = await startMailbox();
  await send(mailbox, {
    subject: 'Grüße',
    attachments: [{ filename: 'cv.html', content: '<script>alert(1)</script>' }],
  });
  const [mail] = await list(mailbox);

  const detail: unknown = JSON.parse((await get(mailbox, `/api/messages/${mail?.id}`)).text);
  const attachment = await get(mailbox, `/api/messages/${mail?.id}/attachments/0`);

  expect(detail).toMatchObject({
    subject: 'Grüße',
    toHeader: 'Ada Lovelace <ada@example.com>',
    headers: expect.arrayContaining([{ name: 'Subject', value: 'Grüße' }]),
    attachments: [{ index: 0, filename: 'cv.html', mimeType: 'text/html', bytes: 25 }],
  });
  expect(attachment.text).toBe('<script>alert(1)</script>');
  expect(attachment.headers.get('content-type')).toBe('application/octet-stream');
  expect(attachment.headers.get('content-disposition')).toBe('attachment; filename=cv.html');
});

test('the raw mail is given as text', async () => {
  await using mailbox = await startMailbox();
  await send(mailbox);
  const [mail] = await list(mailbox);

  const raw = await get(mailbox, `/api/messages/${mail?.id}/raw`);

  expect(raw.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(raw.text).toContain('X-Mailbox-Recipient: ada@example.com\r\n');
  expect(raw.text).toContain('Subject: Welcome, Ada\r\n');
});

test('the HTML of a mail is served so that it can do nothing but be looked at', async () => {
  await using mailbox = await startMailbox();
  await send(mailbox, { html: '<html><head></head><body><script>alert(1)</script></body></html>' });
  const [mail] = await list(mailbox);

  const { headers, text } = await get(mailbox, `/api/messages/${mail?.id}/html`);

  const policy = (headers.get('content-security-policy') ?? '').split('; ');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'none'");
  expect(policy).toContain('sandbox allow-popups allow-popups-to-escape-sandbox');
  expect(policy.some((rule) => rule.startsWith('script-src'))).toBe(false);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(text).toContain('<head><base target="_blank">');
});

test.for(['/api/messages/nothing', '/api/messages/nothing/html', '/api/messages/nothing/raw'])(
  '%s answers 404 with an error that says what to do',
  async (path) => {
    await using mailbox = await startMailbox();

    const { status, text } = await get(mailbox, path);

    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'mail_not_found' } });
  },
);

test('a new mail and a deletion are announced on the event stream', async () => {
  await using mailbox = await startMailbox();
  const stop = new AbortController();
  const response = await fetch(`${mailbox.url}/api/messages/events`, { signal: stop.signal });
  const events = eventsOf(response);
  await send(mailbox);

  const arrived = await events.next();
  await fetch(`${mailbox.url}/api/messages`, { method: 'DELETE' });
  const cleared = await events.next();
  stop.abort();

  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(arrived.value).toMatchObject({ event: 'mail', data: { subject: 'Welcome, Ada' } });
  expect(cleared.value).toMatchObject({ event: 'cleared' });
  expect(await list(mailbox)).toEqual([]);
});

test('mails survive a restart when there is a folder', async () => {
  await using folder = await temporaryFolder();
  {
    await using mailbox = await startMailbox({ directory: folder.path });
    await send(mailbox, { subject: 'old', bcc: 'blind@example.com' });
    await send(mailbox, { subject: 'new' });
  }
  await writeFile(join(folder.path, 'half.eml.part'), 'From: nobody');

  await using again = await startMailbox({ directory: folder.path });

  expect(await list(again)).toMatchObject([
    { subject: 'new' },
    { subject: 'old', to: 'ada@example.com, blind@example.com' },
  ]);
});

test('the oldest mails make room for new ones, on disk too', async () => {
  await using folder = await temporaryFolder();
  await using mailbox = await startMailbox({ directory: folder.path, limit: 2 });

  for (const subject of ['one', 'two', 'three']) await send(mailbox, { subject });

  expect(await list(mailbox)).toMatchObject([{ subject: 'three' }, { subject: 'two' }]);
  expect(await readdir(folder.path)).toHaveLength(2);
});

test('deleting all leaves no file behind', async () => {
  await using folder = await temporaryFolder();
  await using mailbox = await startMailbox({ directory: folder.path });
  await send(mailbox);

  const { status } = await fetch(`${mailbox.url}/api/messages`, { method: 'DELETE' });

  expect(status).toBe(204);
  expect(await readdir(folder.path)).toEqual([]);
});

test.for([
  { to: 'bounce@example.com', responseCode: 550 },
  { to: 'tempfail@example.com', responseCode: 451 },
])('mail to $to is refused with $responseCode', async ({ to, responseCode }) => {
  await using mailbox = await startMailbox();

  await expect(send(mailbox, { to })).rejects.toMatchObject({ responseCode });

  expect(mailbox.messages()).toEqual([]);
});

test('any user name and password will do', async () => {
  await using mailbox = await startMailbox();
  const smtpUrl = mailbox.smtpUrl.replace('//', '//anybody:anything@');

  await send({ ...mailbox, smtpUrl });

  expect(mailbox.messages()).toHaveLength(1);
});

test('a mail of more than 25 MiB is refused', async () => {
  await using mailbox = await startMailbox();
  const text = 'a line of text\n'.repeat(1_800_000);

  await expect(send(mailbox, { text })).rejects.toMatchObject({ code: 'EMESSAGE' });

  expect(mailbox.messages()).toEqual([]);
});

test('a request under a foreign host name is refused, for web pages can point names at us', async () => {
  await using mailbox = await startMailbox();
  const { request } = await import('node:http');

  const status = await new Promise((resolve, reject) => {
    const options = { headers: { host: 'rebound.example' } };
    request(`${mailbox.url}/api/messages`, options, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end();
  });

  expect(status).toBe(421);
});

test('a port that is taken is named, with the variable that moves it', async () => {
  await using first = await startMailbox();

  await expect(startMailbox({ smtpPort: first.smtpPort })).rejects.toMatchObject({
    code: 'port_taken',
    fix: expect.stringContaining('MAILBOX_SMTP_PORT'),
  });
  await expect(startMailbox({ webPort: first.webPort })).rejects.toMatchObject({
    code: 'port_taken',
    fix: expect.stringContaining('MAILBOX_PORT'),
  });
});

test('the page and its parts come from the mailbox itself, under a policy that allows no other source', async () => {
  await using mailbox = await startMailbox();

  const page = await get(mailbox, '/');
  const parts = [...page.text.matchAll(/(?:src|href)="(?<path>[^"]+)"/g)].map(
    ({ groups }) => groups?.['path'] ?? '',
  );

  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(new Set(parts)).toEqual(new Set(['icon.svg', 'page.css', 'page.js']));
  for (const part of parts) expect((await get(mailbox, `/${part}`)).status).toBe(200);
});

test('readiness is answered', async () => {
  await using mailbox = await startMailbox();

  expect(await get(mailbox, '/health/ready')).toMatchObject({ status: 200 });
});

/** The events of a stream, their data parsed; comments and `retry` lines are skipped. */
async function* eventsOf(response: Response): AsyncGenerator<{ event: string; data: unknown }> {
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.+)$/m.exec(block)?.[1];
      if (event !== undefined) {
        yield { event, data: JSON.parse(/^data: (.+)$/m.exec(block)?.[1] ?? 'null') };
      }
    }
  }
}
