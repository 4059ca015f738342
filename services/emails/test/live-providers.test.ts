import { expect, test } from 'vitest';
import { connectMailgunMailer } from '../src/providers/mailgun-mailer.ts';
import { connectSendGridMailer } from '../src/providers/sendgrid-mailer.ts';
import { connectSesMailer } from '../src/providers/ses-mailer.ts';
import { parseSender } from '../src/sender.ts';

/**
 * The real providers, where their keys are in the environment: a mail from LIVE_MAIL_FROM, which they
 * must know, to LIVE_MAIL_TO.
 */
const { env } = process;
const from = parseSender(env['LIVE_MAIL_FROM'] ?? '');
const to = parseSender(env['LIVE_MAIL_TO'] ?? '');

const message = {
  subject: 'Taskyard sends through you',
  html: '<p>This mail came by the test of a provider.</p>',
  text: 'This mail came by the test of a provider.',
  attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('a') }],
};

const providers = {
  sendgrid: () =>
    from &&
    env['SENDGRID_API_KEY'] &&
    connectSendGridMailer({
      from,
      apiKey: env['SENDGRID_API_KEY'],
      url: env['SENDGRID_URL'] ?? 'https://api.sendgrid.com',
    }),
  ses: () =>
    from &&
    env['AWS_SES_ACCESS_KEY'] &&
    connectSesMailer({
      from,
      accessKeyId: env['AWS_SES_ACCESS_KEY'],
      secretAccessKey: env['AWS_SES_SECRET_KEY'] ?? '',
      region: env['AWS_SES_REGION'] ?? 'us-east-1',
    }),
  mailgun: () =>
    from &&
    env['MAILGUN_API_KEY'] &&
    connectMailgunMailer({
      from,
      apiKey: env['MAILGUN_API_KEY'],
      domain: env['MAILGUN_DOMAIN'] ?? '',
      url: env['MAILGUN_URL'] ?? 'https://api.mailgun.net',
    }),
};

test.for(Object.entries(providers))('%s itself takes a mail', async ([name, open], { skip }) => {
  const mailer = open();
  if (!mailer || to === null) {
    skip(`the key of ${name}, LIVE_MAIL_FROM or LIVE_MAIL_TO is not in the environment`);
    return;
  }

  const receipt = await mailer.send(
    { to, ...message },
    { idempotencyKey: `live-${Date.now()}`, signal: AbortSignal.timeout(50_000) },
  );

  expect(receipt).toEqual({ provider: name, messageId: expect.stringMatching(/^<.+>$/) });
});
