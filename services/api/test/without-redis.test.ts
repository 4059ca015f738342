import { createThumbnail, sendWelcomeEmail } from '@shared/contracts';
import { findUserByEmail, jobOutbox } from '@shared/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newcomer, registered } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  // Nothing listens there, and nothing but root may.
  api = await startApi({ redisUrl: 'redis://127.0.0.1:1' });
});
afterAll(() => api[Symbol.asyncDispose]());

test('a newcomer gets their account all the same, and their mail is kept until it can be sent', async () => {
  const json = newcomer();

  const { status, body } = await api.call('POST /register', { json });

  expect([status, body.jobId]).toEqual([201, `welcome-${body.user.id}`]);
  const kept = await api.database.select({ id: jobOutbox.id }).from(jobOutbox);
  expect(kept).toContainEqual({ id: body.jobId });
  expect(body.token).toEqual(expect.any(String));
  await expect(findUserByEmail(api.database, json.email)).resolves.toMatchObject({
    id: body.user.id,
  });
});

test('logging in needs no queue', async () => {
  const { email, password } = await registered(api);

  expect((await api.call('POST /login', { json: { email, password } })).status).toBe(200);
});

test('a reset is taken without telling that nothing came of it', async () => {
  const { email } = await registered(api);

  const { status, body } = await api.call('POST /password-resets', { json: { email } });

  expect([status, body]).toEqual([202, { accepted: true }]);
});

test.for([
  { target: 'GET /jobs/status/some-job', json: undefined },
  { target: 'GET /jobs/status/some-job/events', json: undefined },
  { target: 'DELETE /jobs/status/some-job', json: undefined },
  { target: 'GET /jobs/status/some-job/why', json: undefined },
  { target: 'GET /search', json: undefined },
  { target: 'GET /dead-letters', json: undefined },
  { target: 'POST /dead-letters/redrive', json: { all: true } },
  { target: 'POST /dead-letters/delete', json: { all: true } },
  { target: 'GET /health/queues', json: undefined },
  { target: `POST /tasks/${createThumbnail.name}`, json: { payload: { imageId: 'photo' } } },
])('$target says soon that it cannot, and not where Redis is', async ({ target, json }) => {
  const startedAt = performance.now();

  const { status, body, headers } = await api.call(target, {
    key: OPERATOR_KEY,
    ...(json === undefined ? {} : { json }),
  });

  expect([status, body.error.code]).toEqual([503, 'queue_unavailable']);
  expect(headers.get('retry-after')).toBe('5');
  expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|REDIS_URL/);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a payload that does not fit is still told as such', async () => {
  const { status, body } = await api.call(`POST /tasks/${sendWelcomeEmail.name}`, {
    key: OPERATOR_KEY,
    json: { payload: {} },
  });

  expect([status, body.error.code]).toEqual([422, 'invalid_payload']);
});

test('a job post is shown all the same, and only its view is not tracked', async () => {
  const ada = await registered(api);
  const { body } = await api.call('POST /jobs', { token: ada.token, json: { title: 'Analyst' } });

  const { status } = await api.call(`GET /jobs/${body.job.id}`, { token: ada.token });

  expect(status).toBe(200);
});
