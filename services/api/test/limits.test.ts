import { eventually, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { newcomer, registered } from './people.ts';
import { imageForm, pictures } from './pictures.ts';
import { type Api, startApi } from './start-api.ts';

const TWO_A_MINUTE = { count: 2, perSeconds: 60 };
const tight = {
  register: TWO_A_MINUTE,
  login: TWO_A_MINUTE,
  passwordResets: TWO_A_MINUTE,
  upload: TWO_A_MINUTE,
  contracts: TWO_A_MINUTE,
  drawings: TWO_A_MINUTE,
};

const guess = ({ call }: Pick<Api, 'call'>, headers: Record<string, string> = {}) =>
  call('POST /login', {
    json: { email: 'ada@example.test', password: 'a wrong guess' },
    headers,
  });

test.for([
  { target: 'POST /login', options: () => ({ json: {} }) },
  { target: 'POST /register', options: () => ({ json: newcomer() }) },
  { target: 'POST /password-resets', options: () => ({ json: { email: 'a@example.test' } }) },
  {
    target: 'POST /password-resets/made-up',
    options: () => ({ json: { password: 'long enough' } }),
  },
  { target: 'POST /clients/public/submit', options: () => ({ json: {} }) },
  { target: 'POST /drawings', options: () => ({ json: {} }) },
  { target: 'POST /images/upload', options: () => ({ body: imageForm(pictures.jpeg) }) },
])('$target is limited, and says when to come back', async ({ target, options }) => {
  await using api = await startApi({ limits: tight });

  const answers = [];
  for (let i = 0; i < 3; i += 1) answers.push(await api.call(target, options()));

  expect(answers.map(({ status }) => status === 429)).toEqual([false, false, true]);
  const { body, headers } = answers[2] ?? {};
  expect(body).toEqual({
    error: {
      code: 'rate_limited',
      message: expect.any(String),
      fix: expect.stringMatching(/^Try again in \d+ seconds/),
      path: null,
    },
  });
  expect(Number(headers?.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(headers?.get('retry-after'))).toBeLessThanOrEqual(60);
});

test('a limit is over when its time is', async () => {
  const limits = { ...tight, login: { count: 1, perSeconds: 1 } };
  await using api = await startApi({ limits });
  await guess(api);
  expect((await guess(api)).status).toBe(429);

  await eventually(async () => expect((await guess(api)).status).toBe(401));
});

test('several processes share one count', async () => {
  const prefix = uniquePrefix();
  await using one = await startApi({ limits: tight, prefix });
  await using other = await startApi({ limits: tight, prefix });

  const statuses = [
    (await guess(one)).status,
    (await guess(other)).status,
    (await guess(one)).status,
    (await guess(other)).status,
  ];

  expect(statuses).toEqual([401, 401, 429, 429]);
});

test('without Redis a process counts alone rather than not at all', async () => {
  await using api = await startApi({ limits: tight, redisUrl: 'redis://127.0.0.1:1' });

  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await guess(api)).status);

  expect(statuses).toEqual([401, 401, 429]);
});

test('who claims another address is counted all the same, unless a proxy says so', async () => {
  await using bare = await startApi({ limits: tight });
  await using proxied = await startApi({ limits: tight, trustProxy: 1 });

  const statuses = [];
  for (const api of [bare, proxied]) {
    for (const last of [1, 2, 3])
      statuses.push((await guess(api, { 'x-forwarded-for': `203.0.113.${last}` })).status);
  }

  expect(statuses).toEqual([401, 401, 429, 401, 401, 401]);
});

test('one limit does not use up another', async () => {
  await using api = await startApi({ limits: tight });
  for (let i = 0; i < 3; i += 1) await guess(api);

  await expect(registered(api)).resolves.toMatchObject({ token: expect.any(String) });
});
