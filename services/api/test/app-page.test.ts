import { readdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const files = await readdir(new URL('../src/pages/app/', import.meta.url), { recursive: true });

test('the page may load what is ours, and nothing else', async () => {
  const { status, headers, body } = await api.call('GET /');

  const policy = headers.get('content-security-policy') ?? '';
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/html');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https:|\*/);
  expect(body).not.toMatch(/<style|style=|onclick|https?:\/\//);
});

test.for(files.filter((file) => /\.\w+$/.test(file)))(
  '%s is served with its type',
  async (file) => {
    const types: Record<string, string> = {
      css: 'text/css',
      html: 'text/html',
      js: 'text/javascript',
      svg: 'image/svg+xml',
    };

    const { status, headers } = await api.call(`GET /app/${file}`);

    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain(types[file.split('.').at(-1) ?? '']);
    expect(headers.get('cache-control')).toBe('no-cache');
  },
);

test('the service worker lies at the root, where it is in charge of the whole page', async () => {
  const { status, headers } = await api.call('GET /sw.js');

  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/javascript');
  expect(headers.get('cache-control')).toBe('no-cache');
});

test.for(['/app/none.js', '/app/../../app.ts', '/app/%2e%2e/%2e%2e/app.ts', '/app/sections/'])(
  '%s is not there',
  async (path) => {
    expect((await api.call(`GET ${path}`)).status).toBe(404);
  },
);

test.for([
  { path: `/jobs/${randomUUID()}`, section: 'jobs' },
  { path: `/users/${randomUUID()}`, section: 'people' },
])('who follows a link to $path is led to the page', async ({ path, section }) => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  const { status, headers } = await api.call(`GET ${path}`, { headers: { accept } });

  expect(status).toBe(303);
  expect(headers.get('location')).toBe(`/#${section}/${path.split('/')[2]}`);
});

test('programs are answered as ever at the same address', async () => {
  const { status, body } = await api.call(`GET /jobs/${randomUUID()}`);

  expect([status, body.error.code]).toEqual([401, 'unauthenticated']);
});
