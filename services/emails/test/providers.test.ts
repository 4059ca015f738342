import { expect, test } from 'vitest';
import type { MailMessage } from '../src/mailer.ts';
import { startFakeMailApi } from './fake-mail-api.ts';
import { openProvider, PROVIDERS, type ProviderName } from './open-provider.ts';

const message: MailMessage = {
  to: { name: 'Ada', address: 'ada@example.com' },
  replyTo: { name: 'Grace', address: 'grace@example.com' },
  subject: 'Grüße',
  html: '<p>Hello</p>',
  text: 'Hello',
  attachments: [
    { filename: 'report.csv', contentType: 'text/csv', content: Buffer.from('a;b\n1;2\n') },
  ],
  unsubscribeUrl: 'https://taskyard.example/unsubscribe?who=7',
};

const options = () => ({ idempotencyKey: 'job-7', signal: new AbortController().signal });

test.for(PROVIDERS)(
  '%s gets the mail whole, with its headers and attachments',
  async (provider) => {
    await using api = await startFakeMailApi();

    const receipt = await openProvider(provider, api.url).send(message, options());

    // Amazon names mails itself.
    const messageId =
      provider === 'ses' ? expect.stringContaining('0100-of-ses') : '<job-7@taskyard.example>';
    expect(receipt).toEqual({ messageId, provider });
    const [mail] = api.taken;
    expect(mail).toMatchObject({
      provider,
      from: 'Taskyard <hello@taskyard.example>',
      to: 'Ada <ada@example.com>',
      replyTo: 'Grace <grace@example.com>',
      subject: 'Grüße',
      attachments: [{ filename: 'report.csv', contentType: 'text/csv', content: 'a;b\n1;2\n' }],
      headers: {
        'message-id': '<job-7@taskyard.example>',
        'auto-submitted': 'auto-generated',
        'list-unsubscribe': '<https://taskyard.example/unsubscribe?who=7>',
        'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      },
    });
    expect([mail?.text.trim(), mail?.html.trim()]).toEqual(['Hello', '<p>Hello</p>']);
  },
);

test.for(PROVIDERS)(
  '%s does not accept our credentials: the variable is named',
  async (provider) => {
    await using api = await startFakeMailApi();

    const sending = openProvider(provider, api.url, { wrongKey: true }).send(message, options());

    await expect(sending).rejects.toMatchObject({
      code: 'mail_auth_failed',
      retryable: false,
      fix: expect.stringMatching(/SENDGRID_API_KEY|AWS_SES_SECRET_KEY|MAILGUN_API_KEY/),
    });
  },
);

const refusalOf = (provider: ProviderName) => {
  const said = 'ada@example.com is no valid address';
  if (provider === 'sendgrid') return { errors: [{ message: said, field: 'to' }] };
  return { message: said };
};

test.for(PROVIDERS)('what %s refuses is final, and names nobody', async (provider) => {
  const answer = { status: 400, body: refusalOf(provider) };
  await using api = await startFakeMailApi({ script: [answer] });

  const refusal = await openProvider(provider, api.url)
    .send(message, options())
    .catch((error: unknown) => error);

  expect(refusal).toMatchObject({ code: 'mail_refused', retryable: false });
  const { message: words, stack } = refusal as Error;
  expect(words).toContain('is no valid address');
  expect(`${JSON.stringify(refusal)}${words}${stack}`).not.toContain('ada@');
});

test.for(PROVIDERS)('the wait that %s asks for is passed on', async (provider) => {
  const answer = { status: 429, headers: { 'retry-after': '90' }, body: refusalOf(provider) };
  await using api = await startFakeMailApi({ script: [answer] });

  const sending = openProvider(provider, api.url).send(message, options());

  await expect(sending).rejects.toMatchObject({
    code: 'mail_deferred',
    mayHaveBeenSent: false,
    // Mailgun's client keeps the answer's headers to itself.
    retryAfterMs: provider === 'mailgun' ? 30_000 : 90_000,
  });
});

test.for(
  PROVIDERS.flatMap(
    (provider) =>
      [
        { provider, reason: 'breaks the line', answer: { status: 0, drop: true }, unsure: true },
        { provider, reason: 'stumbles', answer: { status: 500, body: {} }, unsure: true },
        { provider, reason: 'is overloaded', answer: { status: 503, body: {} }, unsure: false },
      ] as const,
  ),
)('$provider $reason: whether the mail may be out is $unsure', async (row) => {
  await using api = await startFakeMailApi({ script: [row.answer] });

  const sending = openProvider(row.provider, api.url).send(message, options());

  await expect(sending).rejects.toMatchObject({
    code: 'mail_deferred',
    retryable: true,
    mayHaveBeenSent: row.unsure,
  });
});

test.for(PROVIDERS)('%s is not there: nothing went out', async (provider) => {
  const sending = openProvider(provider, 'http://127.0.0.1:1').send(message, options());

  await expect(sending).rejects.toMatchObject({ code: 'mail_deferred', mayHaveBeenSent: false });
});

test.for(PROVIDERS)('a mail to %s that is called off is waited for no longer', async (provider) => {
  await using api = await startFakeMailApi({ script: [{ status: 0, hang: true }] });
  const stop = new AbortController();
  const taken = api.nextTaken();

  const sending = openProvider(provider, api.url).send(message, {
    ...options(),
    signal: stop.signal,
  });
  await taken;
  stop.abort(new Error('called off'));

  await expect(sending).rejects.toThrow('called off');
});

test.for([
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'SendingPausedException',
])('%s of SES is about us, and not about the mail', async (name) => {
  const answer = { status: 400, headers: { 'x-amzn-errortype': name }, body: { message: 'no' } };
  await using api = await startFakeMailApi({ script: [answer] });

  const sending = openProvider('ses', api.url).send(message, options());

  await expect(sending).rejects.toMatchObject({ code: 'mail_auth_failed' });
});
