import { sendPasswordResetEmail, sendWelcomeEmail } from '@shared/contracts';
import { findUserByEmail, sessions, users } from '@shared/database';
import { implement, startWorker } from '@shared/queue';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashToken } from '../src/hash-token.ts';
import { newcomer, registered } from './people.ts';
import { type Api, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const PASSWORD = 'correct horse battery';

test('a newcomer gets an account, a session, and a welcome mail on its way', async () => {
  const account = newcomer();

  const { status, body } = await api.call('POST /register', { json: account });

  expect(status).toBe(201);
  expect(body).toEqual({
    user: {
      id: expect.any(String),
      email: account.email,
      username: account.username,
      firstName: 'Ada',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
    jobId: `welcome-${body.user.id}`,
    token: expect.any(String),
  });
  const job = await api.producer.jobById(body.jobId);
  await expect(job.record()).resolves.toMatchObject({
    task: sendWelcomeEmail.name,
    owner: body.user.id,
    origin: 'http',
    payload: { userEmail: account.email, userName: 'Ada', username: account.username },
  });
});

test('neither the password nor the token is kept as it is', async () => {
  const { id, token } = await registered(api);

  const [user] = await api.database.select().from(users).where(eq(users.id, id));
  const [session] = await api.database.select().from(sessions).where(eq(sessions.userId, id));

  expect(user?.passwordHash).toMatch(/^scrypt\$1024\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(session?.tokenHash).toBe(hashToken(token));
  expect(JSON.stringify({ user, session })).not.toContain(token);
});

test.for([
  { field: 'email', change: { email: 'nobody' } },
  { field: 'email', change: { email: undefined } },
  { field: 'username', change: { username: 'has space' } },
  { field: 'username', change: { username: 'ab' } },
  { field: 'firstName', change: { firstName: '   ' } },
  { field: 'firstName', change: { firstName: 'A\u0000da' } },
  { field: 'firstName', change: { firstName: 7 } },
  { field: 'password', change: { password: 'short' } },
  { field: 'role', change: { role: 'admin' } },
])('a registration whose $field is $change is refused by name', async ({ field, change }) => {
  const { status, body } = await api.call('POST /register', { json: newcomer(change) });

  expect(status).toBe(400);
  expect(body).toEqual({
    error: {
      code: 'invalid_request',
      message: expect.stringContaining(field),
      fix: expect.any(String),
      path: field,
    },
  });
});

test.for([
  { field: 'email', code: 'email_taken' },
  { field: 'username', code: 'username_taken' },
] as const)('the $field of somebody else is refused, in any case', async ({ field, code }) => {
  const taken = newcomer();
  await api.call('POST /register', { json: taken });
  const change = { [field]: taken[field].toUpperCase() };

  const { status, body } = await api.call('POST /register', { json: newcomer(change) });

  expect(status).toBe(409);
  expect(body.error).toMatchObject({ code, path: field });
});

test('who registers twice at once has one account', async () => {
  const json = newcomer();

  const answers = await Promise.all([1, 2, 3].map(() => api.call('POST /register', { json })));

  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
});

test('a login opens a session that others do not share, in any case of the address', async () => {
  const person = await registered(api);

  const { status, body, headers } = await api.call('POST /login', {
    json: { email: person.email.toUpperCase(), password: PASSWORD },
  });

  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({ user: { id: person.id, email: person.email } });
  expect(body.token).not.toBe(person.token);
  expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now() + 86_400_000);
  const seen = await api.call(`GET /jobs/status/${person.jobId}`, { token: body.token });
  expect(seen.status).toBe(200);
});

test('a wrong password and an unknown address get the very same answer', async () => {
  const { email } = await registered(api);

  const wrong = await api.call('POST /login', { json: { email, password: 'not this one' } });
  const unknown = await api.call('POST /login', {
    json: { email: 'nobody@example.test', password: PASSWORD },
  });

  expect(wrong.status).toBe(401);
  expect(wrong.body.error.code).toBe('invalid_credentials');
  expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
});

test('a logout ends the session that it is asked with', async () => {
  const { token, jobId } = await registered(api);

  const { status } = await api.call('POST /logout', { token });

  expect(status).toBe(204);
  const after = await api.call(`GET /jobs/status/${jobId}`, { token });
  expect([after.status, after.body.error.code]).toEqual([401, 'unauthenticated']);
});

test('a session whose time is over opens nothing', async () => {
  const { id, token, jobId } = await registered(api);
  await api.database
    .update(sessions)
    .set({ expiresAt: new Date(Date.now() - 1) })
    .where(eq(sessions.userId, id));

  const { status } = await api.call(`GET /jobs/status/${jobId}`, { token });

  expect(status).toBe(401);
});

/** Asks for a reset and catches the mail. */
const mailedToken = async (email: string): Promise<string> => {
  const caught = Promise.withResolvers<string>();
  await using _worker = await startWorker({
    queues: ['emails'],
    handlers: [
      implement(sendPasswordResetEmail, async ({ userEmail, resetToken }) => {
        if (userEmail === email) caught.resolve(resetToken);
        return { messageId: '<1@test>', provider: 'test' };
      }),
      implement(sendWelcomeEmail, async () => ({ messageId: '<2@test>', provider: 'test' })),
    ],
    redisUrl: api.redisUrl,
    prefix: api.prefix,
  });
  await api.call('POST /password-resets', { json: { email } });
  // Awaited here: leaving closes the worker.
  return await caught.promise;
};

test('a mailed link sets a new password once, and ends the sessions there were', async () => {
  const person = await registered(api);
  const resetToken = await mailedToken(person.email);
  const reset = (password: string) =>
    api.call(`POST /password-resets/${resetToken}`, { json: { password } });

  const first = await reset('another horse battery');
  const second = await reset('a third horse battery');

  expect(first.status).toBe(204);
  expect([second.status, second.body.error.code]).toEqual([400, 'invalid_reset_token']);
  const login = (password: string) =>
    api.call('POST /login', { json: { email: person.email, password } });
  expect((await login(PASSWORD)).status).toBe(401);
  expect((await login('another horse battery')).status).toBe(200);
  const old = await api.call(`GET /jobs/status/${person.jobId}`, { token: person.token });
  expect(old.status).toBe(401);
});

test('the answer to a reset does not tell whether the address has an account', async () => {
  const { email } = await registered(api);

  const known = await api.call('POST /password-resets', { json: { email } });
  const unknown = await api.call('POST /password-resets', {
    json: { email: 'nobody@example.test' },
  });

  expect([known.status, known.body]).toEqual([202, { accepted: true }]);
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
  expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()]);
});

test.for([
  { what: 'a made-up link', token: 'x'.repeat(43) },
  { what: 'a link with a zero byte', token: '%00' },
])('$what sets no password', async ({ token }) => {
  const { status, body } = await api.call(`POST /password-resets/${token}`, {
    json: { password: PASSWORD },
  });

  expect([status, body.error.code]).toEqual([400, 'invalid_reset_token']);
});

test('a new password that is too short is refused and the link stays good', async () => {
  const person = await registered(api);
  const resetToken = await mailedToken(person.email);

  const short = await api.call(`POST /password-resets/${resetToken}`, { json: { password: 'x' } });
  const long = await api.call(`POST /password-resets/${resetToken}`, {
    json: { password: 'long enough this time' },
  });

  expect([short.status, short.body.error.path]).toEqual([400, 'password']);
  expect(long.status).toBe(204);
});

test('the row of a newcomer is there before their welcome mail can be', async () => {
  const found = Promise.withResolvers<unknown>();
  await using _worker = await startWorker({
    queues: ['emails'],
    handlers: [
      implement(sendPasswordResetEmail, async () => ({ messageId: '<1@t>', provider: 'test' })),
      implement(sendWelcomeEmail, async ({ userEmail }) => {
        if (userEmail === account.email) {
          found.resolve(await findUserByEmail(api.database, userEmail));
        }
        return { messageId: '<1@test>', provider: 'test' };
      }),
    ],
    redisUrl: api.redisUrl,
    prefix: api.prefix,
  });
  const account = newcomer();

  await api.call('POST /register', { json: account });

  await expect(found.promise).resolves.toMatchObject({ username: account.username });
});

test('the page that a mailed link leads to comes with its script, under a policy that runs no other', async () => {
  const html = await api.call('GET /reset-password');
  const script = await api.call('GET /reset-password.js');

  expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(html.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(html.body).toContain('src="/reset-password.js"');
  expect(script.headers.get('content-type')).toContain('text/javascript');
  expect(script.body).toContain('/password-resets/');
});
