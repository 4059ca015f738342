import { type ConnectedDatabase, emailLedger } from '@shared/database';
import { connectRedis, type RedisConnection } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver } from '../src/deliver.ts';
import { createFailoverMailer } from '../src/failover/failover-mailer.ts';
import { openGates, type Rate } from '../src/failover/gates.ts';
import type { Mailer, MailMessage } from '../src/mailer.ts';
import { startFakeMailApi } from './fake-mail-api.ts';
import { openProvider } from './open-provider.ts';
import { openDatabase, openMailer } from './post-office.ts';
import { startScriptedSmtp } from './scripted-smtp.ts';

const message: MailMessage = {
  to: { name: 'Ada', address: 'ada@example.com' },
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
};

let database: ConnectedDatabase;
let redis: RedisConnection;
beforeAll(async () => {
  database = await openDatabase();
  redis = connectRedis({ url: testRedisUrl() });
});
afterAll(async () => {
  redis.disconnect();
  await database[Symbol.asyncDispose]();
});

const log = silentLogger();
const busy = (seconds: string) => ({
  status: 429,
  headers: { 'retry-after': seconds },
  body: {},
});
const DOWN = { status: 503, body: {} };

/** One worker's mailer; those with the same prefix are of one fleet. */
const failover = (
  mailers: readonly Mailer[],
  { prefix = uniquePrefix(), openMs, rate }: { prefix?: string; openMs?: number; rate?: Rate } = {},
) =>
  createFailoverMailer({
    providers: mailers.map((mailer) => ({ mailer, rate })),
    gates: openGates({ redis, prefix, ...(openMs === undefined ? {} : { openMs }) }),
    log,
  });

const send = (mailer: Mailer, idempotencyKey = 'job-7') =>
  mailer.send(message, { idempotencyKey, signal: new AbortController().signal });

const attemptOf = (jobId: string, fence: number) => ({
  jobId,
  task: 'emails.send-welcome-email',
  fence,
  signal: new AbortController().signal,
  log,
});

test('where the first provider does not take the mail, the second does', async () => {
  await using first = await startFakeMailApi({ script: [DOWN] });
  await using second = await startFakeMailApi();
  const mailer = failover([
    openProvider('sendgrid', first.url),
    openProvider('mailgun', second.url),
  ]);

  await expect(send(mailer)).resolves.toMatchObject({ provider: 'mailgun' });
  await expect(send(mailer)).resolves.toMatchObject({ provider: 'sendgrid' });
});

test('a provider that failed five times in a row is left alone by the whole fleet, until it is back', async () => {
  await using first = await startFakeMailApi({ script: Array.from({ length: 5 }, () => DOWN) });
  await using second = await startFakeMailApi();
  const mailers = [openProvider('sendgrid', first.url), openProvider('mailgun', second.url)];
  const fleet = { prefix: uniquePrefix(), openMs: 1_500 };
  const [one, other] = [failover(mailers, fleet), failover(mailers, fleet)];
  for (let i = 0; i < 5; i += 1) await send(one);

  await send(other);
  expect(first.requests()).toBe(5);

  await eventually(async () => {
    await expect(send(other)).resolves.toMatchObject({ provider: 'sendgrid' });
  });
  await expect(send(one)).resolves.toMatchObject({ provider: 'sendgrid' });
});

test('after an outage one mail tries whether it is over, and the others do not wait for it', async () => {
  await using api = await startFakeMailApi();
  const gates = openGates({ redis, prefix: uniquePrefix(), openMs: 1 });
  for (let i = 0; i < 5; i += 1) await gates.failed('sendgrid', 0);

  const admitted = await eventually(async () => {
    const first = await gates.admit('sendgrid', undefined);
    expect(first).toBeNull();
    return Promise.all([1, 2, 3].map(() => gates.admit('sendgrid', undefined)));
  });

  expect(admitted).toEqual([1, 2, 3].map(() => ({ why: 'open', waitMs: expect.any(Number) })));
  await gates.succeeded('sendgrid');
  await expect(gates.admit('sendgrid', undefined)).resolves.toBeNull();
  expect(api.requests()).toBe(0);
});

test('a provider is not asked before the time it named', async () => {
  await using first = await startFakeMailApi({ script: [busy('600')] });
  await using second = await startFakeMailApi();
  const mailers = [openProvider('sendgrid', first.url), openProvider('mailgun', second.url)];
  const fleet = { prefix: uniquePrefix() };

  await send(failover(mailers, fleet));
  await send(failover(mailers, fleet));

  expect([first.requests(), second.taken.length]).toEqual([1, 2]);
});

test('where nobody can take it, the job comes back when somebody can', async () => {
  await using first = await startFakeMailApi({ script: [busy('600')] });
  await using second = await startFakeMailApi({ script: [busy('120')] });
  const mailer = failover([openProvider('sendgrid', first.url), openProvider('ses', second.url)]);

  await expect(send(mailer)).rejects.toMatchObject({
    code: 'mail_deferred',
    retryAfterMs: 120_000,
    mayHaveBeenSent: false,
  });
  const later = await send(mailer).catch((error: unknown) => error);
  expect(later).toMatchObject({ code: 'mail_deferred', retryable: true });
  expect((later as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(100_000);
});

test('a refusal is final: nobody else is asked, and nobody is thought to be down', async () => {
  const refusal = { status: 400, body: { errors: [{ message: 'no such address' }] } };
  await using first = await startFakeMailApi({ script: Array.from({ length: 6 }, () => refusal) });
  await using second = await startFakeMailApi();
  const mailer = failover([
    openProvider('sendgrid', first.url),
    openProvider('mailgun', second.url),
  ]);

  for (let i = 0; i < 6; i += 1) {
    await expect(send(mailer)).rejects.toMatchObject({ code: 'mail_refused', retryable: false });
  }

  expect([first.requests(), second.requests()]).toEqual([6, 0]);
});

test('a provider that does not let us in is passed over, and not tried again with the same key', async () => {
  await using first = await startFakeMailApi();
  await using second = await startFakeMailApi();
  const mailer = failover([
    openProvider('sendgrid', first.url, { wrongKey: true }),
    openProvider('mailgun', second.url),
  ]);

  await send(mailer);
  await send(mailer);

  expect([first.requests(), second.taken.length]).toEqual([1, 2]);
});

test('where no provider lets us in the job says so, and names the variable', async () => {
  await using api = await startFakeMailApi();
  const mailer = failover([openProvider('sendgrid', api.url, { wrongKey: true })]);

  await expect(send(mailer)).rejects.toMatchObject({
    code: 'mail_auth_failed',
    fix: expect.stringContaining('SENDGRID_API_KEY'),
  });
});

test('a greylisting server is asked again later, and no other provider instead', async () => {
  const later = { refuse: 451, message: '4.7.1 Greylisted, try again in 5 minutes' };
  await using smtp = await startScriptedSmtp({ script: [later] });
  await using second = await startFakeMailApi();
  await using relay = openMailer(smtp.url);
  const mailer = failover([relay, openProvider('mailgun', second.url)]);

  await expect(send(mailer)).rejects.toMatchObject({ retryAfterMs: 300_000 });
  await expect(send(mailer)).resolves.toMatchObject({ provider: 'smtp' });
  expect(second.requests()).toBe(0);
});

test('a mail that may be out goes to the same provider again, under the same Message-ID', async () => {
  await using first = await startFakeMailApi({ script: [DOWN] });
  await using second = await startFakeMailApi({ script: [{ status: 0, drop: true }] });
  const mailer = failover([
    openProvider('sendgrid', first.url),
    openProvider('mailgun', second.url),
  ]);
  const lost = deliver(message, attemptOf('lost', 1), { mailer, database });
  await expect(lost).rejects.toMatchObject({ mayHaveBeenSent: true });

  const receipt = await deliver(message, attemptOf('lost', 2), { mailer, database });

  expect(receipt).toEqual({ provider: 'mailgun', messageId: '<lost@taskyard.example>' });
  expect(first.taken).toEqual([]);
  expect(second.taken.map(({ headers }) => headers['message-id'])).toEqual([
    '<lost@taskyard.example>',
    '<lost@taskyard.example>',
  ]);
});

test('what an earlier attempt may have sent stays unsure when a later one is told to wait', async () => {
  await using api = await startFakeMailApi({ script: [{ status: 0, drop: true }, DOWN] });
  const mailer = failover([openProvider('mailgun', api.url)]);
  for (const fence of [1, 2]) {
    const sending = deliver(message, attemptOf('unsure', fence), { mailer, database });
    await expect(sending).rejects.toMatchObject({ code: 'mail_deferred' });
  }

  const entries = await database.select().from(emailLedger);
  expect(entries.filter(({ jobId }) => jobId === 'unsure')).toMatchObject([
    { status: 'sending', provider: 'mailgun', fence: 2 },
  ]);
});

test('no more mails than its rate go to a provider, whoever of the fleet sends them', async () => {
  const gates = openGates({ redis, prefix: uniquePrefix() });
  const rate = { max: 3, perMs: 3_600_000 };

  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => gates.admit('ses', rate)));

  expect(answers.filter((answer) => answer === null)).toHaveLength(3);
  expect(answers.find((answer) => answer !== null)).toMatchObject({ why: 'rate' });
});

test('mails beyond the rate wait for their turn, and none is lost', async () => {
  await using api = await startFakeMailApi();
  const fleet = { prefix: uniquePrefix(), rate: { max: 2, perMs: 400 } };
  const mailers = [1, 2].map(() => failover([openProvider('mailgun', api.url)], fleet));

  await Promise.all([0, 1, 2, 3, 4, 5].map((i) => send(mailers[i % 2]!, `job-${i}`)));

  expect(api.taken).toHaveLength(6);
});

test('beyond its rate, the mails of one provider go to the next', async () => {
  await using first = await startFakeMailApi();
  await using second = await startFakeMailApi();
  const gates = openGates({ redis, prefix: uniquePrefix() });
  const mailer = createFailoverMailer({
    providers: [
      { mailer: openProvider('ses', first.url), rate: { max: 1, perMs: 3_600_000 } },
      { mailer: openProvider('mailgun', second.url) },
    ],
    gates,
    log,
  });

  const providers = [await send(mailer), await send(mailer)].map(({ provider }) => provider);

  expect(providers).toEqual(['ses', 'mailgun']);
});
