import { expect, test } from 'vitest';
import { smtpFailure } from '../src/smtp-failure.ts';

const failure = (fields: Record<string, unknown>) =>
  smtpFailure(Object.assign(new Error('it failed'), fields), 'ada@example.com');

const reply = (responseCode: number, code: string) => ({
  code,
  responseCode,
  response: `${responseCode} <ada@example.com> says no`,
});

test.for([
  { reason: 'an unknown mailbox', ...reply(550, 'EENVELOPE') },
  { reason: 'a mail that is refused as spam', ...reply(554, 'EMESSAGE') },
  { reason: 'an address that nodemailer finds malformed', code: 'EENVELOPE' },
  { reason: 'a mail beyond the size that the server announced', code: 'EMESSAGE' },
])('$reason is final', ({ reason: _reason, ...fields }) => {
  expect(failure(fields)).toMatchObject({ code: 'mail_refused', retryable: false });
});

test.for([
  { reason: 'a full mailbox', ...reply(452, 'EENVELOPE') },
  { reason: 'a mail deferred after it was read', ...reply(451, 'EMESSAGE') },
  { reason: 'a server that wants its commands in another order', ...reply(503, 'EENVELOPE') },
  { reason: 'a server that turns everybody away', ...reply(554, 'EPROTOCOL') },
  { reason: 'a server that is going down', ...reply(421, 'ECONNECTION') },
  { reason: 'a login that is not possible now', ...reply(454, 'EAUTH') },
  { reason: 'nobody at the address', code: 'ESOCKET', originalCode: 'ECONNREFUSED' },
  { reason: 'a name that does not resolve', code: 'EDNS', originalCode: 'ENOTFOUND' },
  { reason: 'no greeting', code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT' },
  { reason: 'a certificate that does not fit', code: 'ETLS' },
])('$reason is tried again, and nothing went out', ({ reason: _reason, ...fields }) => {
  expect(failure(fields)).toMatchObject({
    code: 'mail_deferred',
    retryable: true,
    mayHaveBeenSent: false,
  });
});

test.for([
  { reason: 'a line that broke', code: 'ECONNECTION' },
  { reason: 'a reset connection', code: 'ESOCKET', originalCode: 'ECONNRESET' },
  { reason: 'silence', code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' },
])('after $reason it is tried again, but the mail may be out', ({ reason: _reason, ...fields }) => {
  expect(failure(fields)).toMatchObject({ code: 'mail_deferred', mayHaveBeenSent: true });
});

test.for([
  { reason: 'a wrong password', ...reply(535, 'EAUTH') },
  { reason: 'a server that wants a login first', ...reply(530, 'EENVELOPE') },
  { reason: 'a login without credentials', code: 'EAUTH' },
])('$reason stops the job and names the variable', ({ reason: _reason, ...fields }) => {
  expect(failure(fields)).toMatchObject({
    code: 'mail_auth_failed',
    retryable: false,
    fix: expect.stringContaining('SMTP_URL'),
  });
});

test('a wait that the server asks for is passed on', () => {
  const response = '451 4.7.1 Greylisted, try again in 5 minutes';

  expect(failure({ code: 'EENVELOPE', responseCode: 451, response })).toMatchObject({
    retryAfterMs: 300_000,
  });
});

test('the recipient is in no part of the error', () => {
  const error = failure({ ...reply(550, 'EENVELOPE'), rejected: ['ada@example.com'] });

  expect(JSON.stringify(error) + error.message + error.stack).not.toContain('ada');
  expect(error.cause).toBeUndefined();
});
