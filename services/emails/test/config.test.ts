import { availableParallelism } from 'node:os';
import { ConfigError } from '@shared/errors';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';

const database = { DATABASE_URL: 'postgres://127.0.0.1/taskyard' };

test('in development mail goes to the mailbox of this machine', () => {
  expect(loadConfig(database)).toMatchObject({
    smtpUrl: 'smtp://127.0.0.1:1025',
    from: { name: 'Taskyard', address: 'hello@taskyard.example' },
    publicUrl: 'http://127.0.0.1:3000',
    concurrency: 5 * availableParallelism(),
    providers: ['smtp'],
    poolSize: 5,
  });
});

test('an empty variable counts as unset', () => {
  expect(loadConfig({ ...database, SMTP_URL: '' }).smtpUrl).toBe('smtp://127.0.0.1:1025');
});

test('in production nothing is guessed', () => {
  const error = configErrorOf({ ...database, NODE_ENV: 'production' });

  expect(error.why).toContain('SMTP_URL must be set');
  expect(error.why).toContain('MAIL_FROM must be set');
  expect(error.why).toContain('PUBLIC_URL must be set');
});

test.for([
  { variable: 'SMTP_URL', value: 'https://user:hunter2@mail.example.com' },
  { variable: 'SMTP_URL', value: 'mail.example.com' },
  { variable: 'SMTP_POOL_SIZE', value: '0' },
  { variable: 'MAIL_FROM', value: 'Taskyard' },
  { variable: 'MAIL_FROM', value: 'Taskyard <hello@example.com>\r\nBcc: a@b.example' },
  { variable: 'PUBLIC_URL', value: 'javascript:alert(1)' },
  { variable: 'EMAIL_PROVIDERS', value: 'smtp,pigeon' },
  { variable: 'EMAIL_PROVIDERS', value: 'smtp,smtp' },
  { variable: 'SES_RATE', value: '14' },
  { variable: 'MAILGUN_URL', value: 'api.mailgun.net' },
])('$variable=$value is refused by name, and the value is not repeated', ({ variable, value }) => {
  const error = configErrorOf({ ...database, [variable]: value });

  expect(error.why).toContain(variable);
  expect(error.message).not.toContain('hunter2');
});

test.for([
  { value: 'hello@example.com', from: { name: '', address: 'hello@example.com' } },
  { value: '"Yard, Task" <a@b.example>', from: { name: 'Yard, Task', address: 'a@b.example' } },
])('MAIL_FROM=$value is read', ({ value, from }) => {
  expect(loadConfig({ ...database, MAIL_FROM: value }).from).toEqual(from);
});

const configErrorOf = (env: Record<string, string>): ConfigError => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('The configuration was accepted.');
};

test('providers are taken in their order, each with its credentials and its rate', () => {
  const config = loadConfig({
    ...database,
    EMAIL_PROVIDERS: 'ses, sendgrid,mailgun',
    AWS_SES_ACCESS_KEY: 'id',
    AWS_SES_SECRET_KEY: 'secret',
    SES_RATE: '14/1',
    SENDGRID_API_KEY: 'SG.key',
    MAILGUN_API_KEY: 'key',
    MAILGUN_DOMAIN: 'mg.example.com',
  });

  expect(config).toMatchObject({
    providers: ['ses', 'sendgrid', 'mailgun'],
    ses: { accessKeyId: 'id', region: 'us-east-1', rate: { max: 14, perMs: 1_000 } },
    sendGrid: { apiKey: 'SG.key', url: 'https://api.sendgrid.com' },
    mailgun: { domain: 'mg.example.com', url: 'https://api.mailgun.net' },
  });
});

test('a provider of the list without its credentials is refused by their names', () => {
  const { why } = configErrorOf({ ...database, EMAIL_PROVIDERS: 'smtp,ses,mailgun' });

  for (const name of [
    'AWS_SES_ACCESS_KEY',
    'AWS_SES_SECRET_KEY',
    'MAILGUN_API_KEY',
    'MAILGUN_DOMAIN',
  ]) {
    expect(why).toContain(`${name} must be set`);
  }
});
