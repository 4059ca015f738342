import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, openDashboard, PASSWORD } from './open-dashboard.ts';

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
});
afterAll(() => dashboard[Symbol.asyncDispose]());

let addresses = 0;
/** A client address of its own, as a proxy before us names it. */
const newAddress = () => `198.51.100.${(addresses += 1)}`;

const signIn = (
  fields: Record<string, string>,
  {
    address = newAddress(),
    url = dashboard.url,
    headers = {},
  }: { address?: string; url?: string; headers?: Record<string, string> } = {},
) =>
  fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'x-forwarded-for': address, ...headers },
    body: new URLSearchParams({ name: 'viewer', password: PASSWORD, ...fields }),
  });

const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

const open = (path: string, headers: Record<string, string> = {}, url = dashboard.url) =>
  fetch(`${url}${path}`, { redirect: 'manual', headers });

test('a browser that is not signed in is sent to the form, and back afterwards', async () => {
  const refused = await open('/queues/queue/emails?status=failed', { accept: 'text/html' });
  const form = await open(refused.headers.get('location') ?? '');
  const welcome = await signIn({ next: '/queues/queue/emails?status=failed' });

  expect(refused.status).toBe(303);
  expect(await form.text()).toContain('value="/queues/queue/emails?status=failed"');
  expect(welcome.status).toBe(303);
  expect(welcome.headers.get('location')).toBe('/queues/queue/emails?status=failed');
});

test('a script that is not signed in is told so, and offered HTTP Basic', async () => {
  const response = await open('/queues/api/queues', { accept: 'application/json' });

  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toContain('Basic');
  expect(await response.json()).toMatchObject({ error: { code: 'unauthenticated' } });
});

test('a page’s own request is told so without a prompt of the browser', async () => {
  const response = await open('/queues/api/queues', {
    accept: '*/*',
    'sec-fetch-site': 'same-origin',
  });

  expect(response.headers.get('www-authenticate')).toBeNull();
});

test('with the right password the board opens, by a cookie that scripts cannot read', async () => {
  const response = await signIn({});
  const board = await open('/queues', { cookie: cookieOf(response), accept: 'text/html' });

  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toContain('HttpOnly');
  expect(cookie).toContain('SameSite=Lax');
  expect(cookie).not.toContain('Secure');
  expect(cookie).toMatch(/Max-Age=60\b/);
  expect(board.status).toBe(200);
  expect(await board.text()).toContain('Taskyard');
});

test('over HTTPS the cookie is for HTTPS only', async () => {
  const response = await signIn({}, { headers: { 'x-forwarded-proto': 'https' } });

  expect(response.headers.getSetCookie()[0]).toContain('Secure');
});

test.for([
  { who: 'a wrong password', fields: { password: 'wrong' } },
  { who: 'somebody unknown', fields: { name: 'mallory' } },
  { who: 'no password', fields: { password: '' } },
  { who: 'a password without end', fields: { password: PASSWORD + 'x'.repeat(4_000) } },
])(
  '$who is refused, with the form and without saying which of the two is wrong',
  async ({ fields }) => {
    const response = await signIn(fields);

    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).toContain('Name or password is wrong.');
  },
);

test('a name that is markup comes back as text', async () => {
  const response = await signIn({ name: '"><script>alert(1)</script>' });

  expect(await response.text()).not.toContain('<script>');
});

test.for(['https://evil.test/', '//evil.test/', '/\\evil.test', 'javascript:alert(1)', '/\tx'])(
  'the form leads nowhere else, not even to %s',
  async (next) => {
    const response = await signIn({ next });

    expect(response.headers.get('location')).toBe('/queues');
  },
);

test.for([
  { what: 'a changed signature', change: (cookie: string) => cookie.slice(0, -2) },
  { what: 'no signature', change: (cookie: string) => cookie.split('.')[0] ?? '' },
  {
    what: 'another name',
    change(cookie: string) {
      const [name = '', body = ''] = cookie.split('=');
      const [claims = '', signature = ''] = body.split('.');
      const forged = Buffer.from(claims, 'base64url').toString().replace('"viewer"', '"admin"');
      return `${name}=${Buffer.from(forged).toString('base64url')}.${signature}`;
    },
  },
])('a cookie with $what is nobody’s', async ({ change }) => {
  const cookie = cookieOf(await signIn({}));

  expect((await open('/queues/api/queues', { cookie: change(cookie) })).status).toBe(401);
});

test('whoever signs out is out, also with a copy of the cookie', async () => {
  const cookie = cookieOf(await signIn({}));
  const { url } = dashboard;

  const response = await fetch(`${url}/logout`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
  });

  expect(response.headers.get('location')).toBe('/login');
  expect((await open('/queues/api/queues', { cookie })).status).toBe(401);
});

test('a session is over when its time is', async () => {
  await using brief = await openDashboard({ sessionMs: 300 });
  const cookie = cookieOf(await signIn({}, { url: brief.url }));
  const status = async () => (await open('/queues/api/queues', { cookie }, brief.url)).status;

  expect(await status()).toBe(200);
  await expect.poll(status).toBe(401);
});

test.for([
  { from: 'another site', headers: { origin: 'https://evil.test' } },
  { from: 'a page without an origin', headers: { origin: 'null' } },
  { from: 'a sibling site', headers: { 'sec-fetch-site': 'same-site' } },
])('what $from makes the browser send is refused', async ({ headers }) => {
  const cookie = cookieOf(await signIn({}));

  const response = await fetch(`${dashboard.url}/logout`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, ...headers },
  });

  expect(response.status).toBe(403);
  expect((await open('/queues/api/queues', { cookie })).status).toBe(200);
});

test('what our own page sends is not', async () => {
  const headers = { origin: dashboard.url, 'sec-fetch-site': 'same-origin' };

  expect((await signIn({}, { headers })).status).toBe(303);
});

test('after ten wrong passwords from one address no further one is looked at', async () => {
  const address = newAddress();
  const wrong = Array.from({ length: 30 }, () => signIn({ password: 'guess' }, { address }));

  const statuses = (await Promise.all(wrong)).map(({ status }) => status);
  const late = await signIn({}, { address });
  const elsewhere = await signIn({});

  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(60);
  expect([late.status, elsewhere.status]).toEqual([429, 303]);
}, 60_000);

test('wrong passwords by HTTP Basic count the same', async () => {
  const authorization = `Basic ${Buffer.from('viewer:guess').toString('base64')}`;
  const headers = { authorization, 'x-forwarded-for': '2001:db8:1:2::1' };
  for (let i = 0; i < 10; i += 1) await open('/queues/api/queues', headers);

  const neighbour = { ...headers, 'x-forwarded-for': '2001:db8:1:2:ffff::9' };
  const response = await open('/queues/api/queues', neighbour);

  expect(response.status).toBe(429);
}, 60_000);
