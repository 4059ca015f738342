import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, openDashboard } from './open-dashboard.ts';

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard({ environment: 'production' });
});
afterAll(() => dashboard[Symbol.asyncDispose]());

const open = (path: string) => fetch(`${dashboard.url}${path}`, { redirect: 'manual' });

test('the front door leads to the queues', async () => {
  const response = await open('/');

  expect([response.status, response.headers.get('location')]).toEqual([303, '/queues']);
});

test.for(['/health', '/health/ready', '/health/live'])(
  '%s tells anybody that all is well',
  async (path) => {
    const response = await open(path);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok' });
  },
);

test('in production, metrics are for those who sign in', async () => {
  const [stranger, viewer] = [await open('/metrics'), await dashboard.as('viewer')('/metrics')];

  expect([stranger.status, viewer.status]).toEqual([401, 200]);
});

test.for(['/queues', '/queues/static/locales/en-US/messages.json', '/audit', '/account'])(
  '%s is not for strangers',
  async (path) => {
    expect([303, 401]).toContain((await open(path)).status);
  },
);

test('pages come with headers that keep foreign code and foreign frames out', async () => {
  const { headers } = await open('/login');

  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('https:');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('the board’s page names no other site', async () => {
  const page = await (await dashboard.as('viewer')('/queues')).text();

  expect(page).toContain('<div id="root">');
  expect(page.match(/(?:src|href)="https?:[^"]*"/g)).toBeNull();
});

test('what is not there is told in the form of the platform', async () => {
  const response = await open('/nowhere');

  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'route_not_found' } });
});

test.for([
  { what: 'a body that is too large', body: `name=${'x'.repeat(20_000)}`, status: 413 },
  { what: 'a field twice', body: 'name=viewer&name=admin&password=x', status: 401 },
])('$what does not upset the form', async ({ body, status }) => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };

  const response = await fetch(`${dashboard.url}/login`, { method: 'POST', headers, body });

  expect(response.status).toBe(status);
});
