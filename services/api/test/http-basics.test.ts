import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const JSON_TYPE = { 'content-type': 'application/json' };

test.for([
  {
    what: 'half a JSON body',
    body: '{"email":',
    headers: JSON_TYPE,
    status: 400,
    code: 'invalid_json',
  },
  { what: 'a JSON string', body: '"text"', headers: JSON_TYPE, status: 400, code: 'invalid_json' },
  { what: 'a JSON list', body: '[]', headers: JSON_TYPE, status: 400, code: 'invalid_request' },
  {
    what: 'a form',
    body: 'email=a',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    what: 'JSON in a charset that nobody reads',
    body: '{}',
    headers: { 'content-type': 'application/json; charset=klingon' },
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    what: 'JSON that says it is compressed and is not',
    body: '{}',
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    status: 400,
    code: 'invalid_request',
  },
  {
    what: 'JSON of several megabytes',
    body: JSON.stringify({ email: 'x'.repeat(3_000_000) }),
    headers: JSON_TYPE,
    status: 413,
    code: 'request_too_large',
  },
])('$what is refused with $code', async ({ body, headers, status, code }) => {
  const answer = await api.call('POST /login', { body, headers });

  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({
    error: { code, message: expect.any(String), fix: expect.any(String), path: null },
  });
});

test('a request without its body says so', async () => {
  const { status, body } = await api.call('POST /login');

  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'invalid_request', message: /body is missing/ });
});

test.for(['/nothing', '/images', '/app/nothing.js', '/.git/config'])(
  'nothing is found at %s, in JSON',
  async (path) => {
    const { status, body } = await api.call(`GET ${path}`);

    expect([status, body.error.code]).toEqual([404, 'route_not_found']);
  },
);

test.for([
  { target: 'GET /register', allow: 'POST' },
  { target: 'PUT /login', allow: 'POST' },
  { target: 'POST /jobs/status/1', allow: 'GET, DELETE' },
  { target: 'DELETE /tasks/emails.send-welcome-email', allow: 'GET, POST' },
  { target: 'POST /health', allow: 'GET' },
])('$target is answered with the methods that there are', async ({ target, allow }) => {
  const { status, body, headers } = await api.call(target);

  expect([status, body.error.code]).toEqual([405, 'method_not_allowed']);
  expect(headers.get('allow')).toBe(allow);
});

test('an address that cannot be decoded is the fault of who asks', async () => {
  const { status, body } = await api.call('GET /tasks/%E0%A4%A');

  expect([status, body.error.code]).toEqual([400, 'invalid_request']);
});

test('the id that a client gives its request comes back, and a bad one is replaced', async () => {
  const given = await api.call('GET /health/live', { headers: { 'x-request-id': 'abc-123' } });
  const bad = await api.call('GET /health/live', { headers: { 'x-request-id': 'a b{c}' } });

  expect(given.headers.get('x-request-id')).toBe('abc-123');
  expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('every answer carries the security headers, and none opens the api to other sites', async () => {
  await using production = await startApi({ production: true });
  const { headers } = await production.call('GET /health/live', {
    headers: { origin: 'https://evil.test' },
  });

  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('strict-transport-security')).toContain('max-age=');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('x-powered-by')).toBeNull();
});

test('in development no browser is told to insist on TLS', async () => {
  const { headers } = await api.call('GET /reset-password');

  expect(headers.get('strict-transport-security')).toBeNull();
  expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
});
