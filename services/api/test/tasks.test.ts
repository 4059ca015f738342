import { exampleTask, keepHouse, sendWelcomeEmail } from '@shared/contracts';
import { revokeApiKey } from '@shared/database';
import { implement, startWorker } from '@shared/queue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, registered, registeredOperator } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
let machine: Awaited<ReturnType<typeof newKey>>;
beforeAll(async () => {
  api = await startApi();
  machine = await newKey(api);
});
afterAll(() => api[Symbol.asyncDispose]());

const WELCOME = `/tasks/${sendWelcomeEmail.name}`;
const payload = { userEmail: 'ada@example.test', userName: 'Ada', username: 'ada' };

const enqueue = (json: unknown, { key = machine.key, path = WELCOME } = {}) =>
  api.call(`POST ${path}`, { key, json });

test('a machine enqueues a job and may follow and cancel it', async () => {
  const { status, body, headers } = await enqueue({ payload });

  expect(status).toBe(202);
  expect(body).toEqual({
    jobId: expect.any(String),
    duplicate: false,
    statusUrl: `/jobs/status/${body.jobId}`,
  });
  expect(headers.get('location')).toBe(body.statusUrl);
  const job = await api.producer.jobById(body.jobId);
  await expect(job.record()).resolves.toMatchObject({
    task: sendWelcomeEmail.name,
    payload,
    owner: machine.owner,
    origin: 'http',
  });
  const seen = await api.call(`GET ${body.statusUrl}`, { key: machine.key });
  expect([seen.status, seen.body.status]).toEqual([200, 'queued']);
  expect((await api.call(`DELETE ${body.statusUrl}`, { key: machine.key })).status).toBe(202);
});

test('the options of a job arrive', async () => {
  const at = new Date(Date.now() + 3_600_000);
  const options = {
    priority: 'high',
    at: at.toISOString(),
    tags: ['nightly'],
    attempts: 2,
    backoff: { type: 'list', delaysMs: [1, 2] },
    timeoutMs: 1_000,
    keepResultMs: 0,
    expiresAt: new Date(Date.now() + 7_200_000).toISOString(),
  };

  const { status, body } = await enqueue({ payload, options });

  expect(status).toBe(202);
  const record = await (await api.producer.jobById(body.jobId)).record();
  expect(record).toMatchObject({ status: 'scheduled', priority: 2, tags: ['nightly'] });
  expect(record.dueAt?.getTime()).toBeCloseTo(at.getTime(), -2);
});

test('group, unique key and tags arrive, and one key is one job', async () => {
  const options = {
    delayMs: 60_000,
    group: 'acme',
    unique: { key: 'monthly', until: 'started' },
    tags: ['monthly'],
  };

  const answers = [await enqueue({ payload, options }), await enqueue({ payload, options })];

  expect(answers.map(({ status, body }) => [status, body.duplicate])).toEqual([
    [202, false],
    [202, true],
  ]);
  expect(answers[1]?.body.jobId).toBe(answers[0]?.body.jobId);
  const job = await api.producer.jobById(answers[0]?.body.jobId);
  await expect(job.record()).resolves.toMatchObject({ group: 'acme', tags: ['monthly'] });
});

test('what follows a job is enqueued when it ends, and seen by whoever enqueued the job', async () => {
  const failed = Promise.withResolvers<void>();
  const told = Promise.withResolvers<{ message: string; owner: string | null }>();
  const handlers = [
    implement(keepHouse, () => {
      failed.resolve();
      throw Object.assign(new Error('no broom'), { retryable: false });
    }),
    implement(exampleTask, ({ message }, { owner }) => {
      told.resolve({ message, owner });
      return message;
    }),
  ];
  const { redisUrl, prefix } = api;
  await using _worker = await startWorker({ handlers, redisUrl, prefix });
  const onFailure = { task: exampleTask.name, payload: { message: 'dusty' } };

  const answer = await enqueue(
    { payload: {}, options: { onFailure, onSuccess: [] } },
    { path: `/tasks/${keepHouse.name}` },
  );

  expect(answer.status).toBe(202);
  await failed.promise;
  await expect(told.promise).resolves.toEqual({ message: 'dusty', owner: machine.owner });
});

test('the same id enqueues once', async () => {
  const options = { id: 'welcome-once', delayMs: 60_000 };

  const answers = [await enqueue({ payload, options }), await enqueue({ payload, options })];

  expect(answers.map(({ status, body }) => [status, body.jobId, body.duplicate])).toEqual([
    [202, 'welcome-once', false],
    [202, 'welcome-once', true],
  ]);
});

test('an id that a job of another queue has is refused', async () => {
  const options = { id: 'taken-by-another', delayMs: 60_000 };
  await enqueue({ payload, options });

  const { status, body } = await enqueue(
    { payload: {}, options },
    { path: `/tasks/${keepHouse.name}` },
  );

  expect([status, body.error.code, body.error.path]).toEqual([409, 'job_id_taken', 'id']);
});

test('a chosen id with characters of an address works in the status url', async () => {
  const { body } = await enqueue({ payload, options: { id: 'a=b+c@d~e', delayMs: 60_000 } });

  const seen = await api.call(`GET ${body.statusUrl}`, { key: machine.key });

  expect(seen.body.jobId).toBe('a=b+c@d~e');
});

test.for([
  { what: 'a missing field', change: { username: undefined }, path: 'username' },
  { what: 'an address that is none', change: { userEmail: 'nobody' }, path: 'userEmail' },
  { what: 'an unknown field', change: { extra: 1 }, path: 'extra' },
])('a payload with $what is refused by name', async ({ change, path }) => {
  const { status, body } = await enqueue({ payload: { ...payload, ...change } });

  expect([status, body.error.code, body.error.path]).toEqual([422, 'invalid_payload', path]);
});

test.for([
  { what: 'no payload', json: {}, code: 'invalid_request', path: 'payload' },
  { what: 'an unknown field', json: { payload, task: 'x' }, code: 'invalid_request', path: 'task' },
  {
    what: 'an unknown option',
    json: { payload, options: { retries: 3 } },
    code: 'invalid_request',
    path: 'options.retries',
  },
  {
    what: 'an owner of its choice',
    json: { payload, options: { owner: 'somebody' } },
    code: 'invalid_request',
    path: 'options.owner',
  },
  {
    what: 'an option of the wrong type',
    json: { payload, options: { delayMs: '5' } },
    code: 'invalid_request',
    path: 'options.delayMs',
  },
  {
    what: 'a time that is none',
    json: { payload, options: { at: 'tomorrow' } },
    code: 'invalid_request',
    path: 'options.at',
  },
  {
    what: 'a priority that there is not',
    json: { payload, options: { priority: 'urgent' } },
    code: 'invalid_request',
    path: 'options.priority',
  },
  {
    what: 'a delay out of range',
    json: { payload, options: { delayMs: -1 } },
    code: 'invalid_option',
    path: 'delayMs',
  },
  {
    what: 'a group that is none',
    json: { payload, options: { group: '' } },
    code: 'invalid_option',
    path: 'group',
  },
  {
    what: 'a unique key held until nobody knows when',
    json: { payload, options: { unique: { key: 'a', until: 'later' } } },
    code: 'invalid_request',
    path: 'options.unique.until',
  },
  {
    what: 'a unique key held for no time',
    json: { payload, options: { unique: { key: 'a', forMs: 0 } } },
    code: 'invalid_option',
    path: 'unique',
  },
  {
    what: 'work to be done inline, which the api does not',
    json: { payload, options: { whenDown: 'inline' } },
    code: 'invalid_request',
    path: 'options.whenDown',
  },
  {
    what: 'a spool that the api does not have',
    json: { payload, options: { whenDown: 'spool' } },
    code: 'invalid_option',
    path: 'whenDown',
  },
  {
    what: 'a follow-up that there is not',
    json: { payload, options: { onSuccess: { task: 'emails.send-nothing' } } },
    code: 'invalid_request',
    path: 'options.onSuccess.task',
  },
  {
    what: 'a follow-up with an option of its own making',
    json: { payload, options: { onFailure: [{ task: keepHouse.name, options: { id: 'x' } }] } },
    code: 'invalid_request',
    path: 'options.onFailure.0.options.id',
  },
  {
    what: 'an id that is none',
    json: { payload, options: { id: 'a:b' } },
    code: 'invalid_option',
    path: 'id',
  },
  {
    what: 'no attempt at all',
    json: { payload, options: { attempts: 0 } },
    code: 'invalid_option',
    path: 'attempts',
  },
])('a request with $what is refused with $code', async ({ json, code, path }) => {
  const answer = await enqueue(json);

  expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  expect(answer.body.error.path).toBe(path);
});

test('the payload of a follow-up is checked as the payload of the job is', async () => {
  const onSuccess = { task: sendWelcomeEmail.name, payload: { ...payload, userEmail: 'nobody' } };

  const { status, body } = await enqueue({ payload, options: { onSuccess } });

  expect([status, body.error.code, body.error.path]).toEqual([422, 'invalid_payload', 'userEmail']);
});

test('a task that does not exist is named, with those that do', async () => {
  const { status, body } = await enqueue({ payload }, { path: '/tasks/emails.send-nothing' });

  expect([status, body.error.code]).toEqual([404, 'unknown_task']);
  expect(body.error.fix).toContain(sendWelcomeEmail.name);
});

test('a payload that is too large is refused as such', async () => {
  const { status, body } = await enqueue({
    payload: { ...payload, userName: 'x'.repeat(1_100_000) },
  });

  expect([status, body.error.code]).toEqual([413, 'payload_too_large']);
});

test('enqueueing is for keys and operators', async () => {
  const json = { payload, options: { delayMs: 60_000 } };
  const post = (who: { token?: string; key?: string; headers?: Record<string, string> }) =>
    api.call(`POST ${WELCOME}`, { json, ...who });
  const { token } = await registered(api);
  const operator = await registeredOperator(api);
  const revoked = await newKey(api);
  await revokeApiKey(api.database, revoked.id);

  expect((await post({})).status).toBe(401);
  expect((await post({ key: 'made-up' })).status).toBe(401);
  expect((await post({ key: revoked.key })).status).toBe(401);
  expect((await post({ headers: { authorization: 'Basic YTpi' } })).status).toBe(401);
  expect((await post({ token: `${token}x` })).status).toBe(401);
  expect((await post({ token })).body.error.code).toBe('forbidden');
  expect((await post({ token: machine.key })).status).toBe(202);
  expect((await post({ token: operator.token })).status).toBe(202);
  expect((await post({ key: OPERATOR_KEY })).status).toBe(202);
});
