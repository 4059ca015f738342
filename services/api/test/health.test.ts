import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, registered } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test.for(['/health', '/health/ready'])('%s answers for everything that is needed', async (path) => {
  const { status, body } = await api.call(`GET ${path}`);

  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ok',
    checks: { redis: { ok: true }, postgres: { ok: true }, storage: { ok: true } },
  });
});

test('without Redis the process lives and is not ready, and does not tell where Redis was', async () => {
  await using cut = await startApi({ redisUrl: 'redis://127.0.0.1:1' });

  const live = await cut.call('GET /health/live');
  const ready = await cut.call('GET /health/ready');

  expect(live.status).toBe(200);
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({
    status: 'failing',
    checks: { redis: { ok: false }, postgres: { ok: true } },
  });
  expect(JSON.stringify(ready.body)).not.toContain('127.0.0.1');
});

test('without the database the process is not ready either', async () => {
  await using cut = await startApi();
  // It takes no more queries from here on; the relay of held jobs keeps its connection to the end.
  void cut.database.$client.end();

  const { status, body } = await cut.call('GET /health');

  expect([status, body.checks.postgres.ok, body.checks.redis.ok]).toEqual([503, false, true]);
});

test('the queues are counted by status', async () => {
  const { jobId } = await registered(api);

  const { status, body } = await api.call('GET /health/queues');

  expect([status, jobId]).toEqual([200, expect.stringContaining('welcome-')]);
  expect(body.queues.emails).toMatchObject({ queued: 1, in_progress: 0, failed: 0, workers: 0 });
  expect(body.queues.images).toMatchObject({ queued: 0 });
});

test('the metrics count requests by route, never by address, and the jobs of each queue', async () => {
  await api.call('GET /jobs/status/some-private-id');
  await api.call('GET /no/such/place');

  const { status, body, headers } = await api.call('GET /metrics');

  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain');
  expect(body).toContain(
    'http_request_duration_seconds_count{method="GET",route="/jobs/status/:jobId",status="401"} 1',
  );
  expect(body).toContain(
    'http_request_duration_seconds_count{method="GET",route="none",status="404"}',
  );
  expect(body).toMatch(/taskyard_queue_jobs\{queue="emails",status="queued"\} \d/);
  expect(body).toContain('taskyard_queue_workers{queue="images"} 0');
  expect(body).toContain('process_resident_memory_bytes');
  expect(body).not.toContain('some-private-id');
});

test('without Redis the metrics are still served, without the queues', async () => {
  await using cut = await startApi({ redisUrl: 'redis://127.0.0.1:1' });

  const { status, body } = await cut.call('GET /metrics');

  expect(status).toBe(200);
  expect(body).toContain('process_resident_memory_bytes');
  expect(body).not.toContain('taskyard_queue_jobs{');
});

test('in production, what tells of the inside wants a key, and liveness does not', async () => {
  await using production = await startApi({ production: true });
  const { key } = await newKey(production);
  const { token } = await registered(production);

  for (const path of ['/metrics', '/health/queues', '/tasks', '/tasks/platform.keep-house']) {
    expect((await production.call(`GET ${path}`)).status).toBe(401);
    expect((await production.call(`GET ${path}`, { token })).status).toBe(403);
    expect((await production.call(`GET ${path}`, { key })).status).toBe(200);
    expect((await production.call(`GET ${path}`, { token: OPERATOR_KEY })).status).toBe(200);
  }
  expect((await production.call('GET /health/live')).status).toBe(200);
  expect((await production.call('GET /health/ready')).status).toBe(200);
});
