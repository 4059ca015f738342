import { appRoutes } from '@bull-board/api/dist/routes.js';
import {
  cleanupExpiredSessions,
  sendPasswordResetEmail,
  sendWelcomeEmail,
} from '@shared/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, failedReset, openDashboard, SECRET } from './open-dashboard.ts';

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
  const { platform } = dashboard;
  await failedReset(dashboard, 'failed-reset');
  const reset = { userEmail: 'ada@example.test', userName: 'Ada', resetToken: SECRET };
  await platform.enqueue(sendPasswordResetEmail, reset, { id: 'delayed-reset', delayMs: 600_000 });
  const welcome = { userEmail: 'ada@example.test', userName: 'Ada', username: 'ada' };
  const job = await platform.enqueue(sendWelcomeEmail, welcome, { id: 'welcome' });
  await job.result({ timeoutMs: 5_000 });
  const { redis } = platform.producer;
  const queue = `{${platform.prefix}}:emails`;
  await redis.rpush(`${queue}:failed-reset:logs`, `mailing ${SECRET}`, 'no secret here');
  await redis.hset(`${queue}:delayed-reset`, 'progress', JSON.stringify(`half of ${SECRET}`));
  // What somebody else put into Redis, and tasks that only a worker with --include knows.
  const raw = { opts: '{}', timestamp: Date.now(), delay: 600_000, priority: 0 };
  for (const [id, name, data] of [
    ['unknown-task', 'custom.task', { payload: { pin: SECRET } }],
    ['no-envelope', sendPasswordResetEmail.name, { resetToken: SECRET }],
  ] as const) {
    await redis.hset(`${queue}:${id}`, { ...raw, name, data: JSON.stringify(data) });
    await redis.zadd(`${queue}:delayed`, (Date.now() + 600_000) * 4_096, id);
  }
});
afterAll(() => dashboard[Symbol.asyncDispose]());

const JOBS = ['failed-reset', 'delayed-reset', 'welcome', 'unknown-task', 'no-envelope'];

const FORMS = [SECRET, encodeURIComponent(SECRET), JSON.stringify(SECRET).slice(1, -1)];

const reading = appRoutes.api
  .filter(({ method }) => method === 'get')
  .flatMap(({ route }) => route)
  .flatMap((route) =>
    JOBS.map((id) => route.replace(':queueName', 'emails').replace(':jobId', id)),
  );

test.for([...new Set(reading)])('%s shows no secret', async (route) => {
  for (const query of ['', '?activeQueue=emails&jobsPerPage=20&page=1']) {
    const response = await dashboard.as('admin')(`/queues${route}${query}`);
    const body = await response.text();

    // Bull Board does not offer its list of workers here.
    expect(response.status).toBe(route.endsWith('/workers') ? 403 : 200);
    for (const form of FORMS) expect(body).not.toContain(form);
  }
});

test('the list of jobs has a placeholder where the secrets would stand', async () => {
  const response = await dashboard.as('viewer')('/queues/api/queues?activeQueue=emails');
  const { queues } = (await response.json()) as {
    queues: { name: string; jobs: { id: string; data: unknown }[] }[];
  };

  const jobs = queues.find(({ name }) => name === 'emails')?.jobs ?? [];
  expect(jobs.map(({ id }) => id).sort()).toEqual([...JOBS].sort());
  expect(jobs.find(({ id }) => id === 'delayed-reset')?.data).toMatchObject({
    resetToken: '[redacted]',
  });
});

const jobAs = async (id: string) => {
  const response = await dashboard.as('viewer')(`/queues/api/queues/emails/${id}`);
  return (await response.json()) as { job: Record<string, unknown> };
};

test('a job shows the payload that was enqueued, without the platform’s envelope', async () => {
  const { job } = await jobAs('welcome');

  expect(job).toMatchObject({
    name: 'emails.send-welcome-email',
    data: { userEmail: 'ada@example.test', userName: 'Ada', username: 'ada' },
    returnValue: { messageId: '<1@test>', provider: 'test' },
  });
});

test('secret fields are replaced, and their values struck out of errors', async () => {
  const { job } = await jobAs('failed-reset');

  expect(job['data']).toEqual({
    userEmail: 'ada@example.test',
    userName: 'Ada',
    resetToken: '[redacted]',
  });
  expect(job['failedReason']).toBe(
    'could not mail [redacted] as https://example.test/reset?token=[redacted]',
  );
});

test('logs are shown without the secret', async () => {
  const response = await dashboard.as('viewer')('/queues/api/queues/emails/failed-reset/logs');

  expect(await response.json()).toEqual(['mailing [redacted]', 'no secret here']);
});

test.for(['unknown-task', 'no-envelope'])(
  'of "%s", whose secrets are unknown, nothing is shown',
  async (id) => {
    const { job } = await jobAs(id);

    expect(job['data']).toEqual({ hidden: expect.stringContaining('contract') });
  },
);

test('queues beside those of the catalogue are found once somebody enqueues to them', async () => {
  const elsewhere = { ...cleanupExpiredSessions, name: 'custom.elsewhere', queue: 'elsewhere' };
  await dashboard.platform.enqueue(elsewhere, {}, { delayMs: 600_000 });

  await expect
    .poll(
      async () => {
        const response = await dashboard.as('viewer')('/queues/api/queues');
        const { queues } = (await response.json()) as { queues: { name: string }[] };
        return queues.map(({ name }) => name);
      },
      { timeout: 8_000 },
    )
    .toEqual(expect.arrayContaining(['elsewhere', 'emails', 'images', 'maintenance']));
});
