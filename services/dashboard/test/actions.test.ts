import { sendWelcomeEmail } from '@shared/contracts';
import { listAudit } from '@shared/database';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import type { Role } from '../src/roles.ts';
import { type Dashboard, failedReset, openDashboard } from './open-dashboard.ts';

const welcome = { userEmail: 'ada@example.test', userName: 'Ada', username: 'ada' };

const put = (dashboard: Dashboard, role: Role, path: string, body: unknown = {}) =>
  dashboard.as(role)(`/queues/api/queues/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('an operator promotes a delayed job, which then runs, and the audit log tells', async () => {
  await using dashboard = await openDashboard();
  const job = await dashboard.platform.enqueue(sendWelcomeEmail, welcome, { delayMs: 600_000 });

  const response = await put(dashboard, 'operator', `emails/${job.id}/promote`);

  expect(response.ok).toBe(true);
  await expect(job.result({ timeoutMs: 5_000 })).resolves.toMatchObject({ provider: 'test' });
  expect(await listAudit(dashboard.database)).toMatchObject([
    { actor: 'operator', action: 'job.promote', target: job.id, detail: { queue: 'emails' } },
  ]);
});

test('an operator retries a failed job, which then runs again', async () => {
  await using dashboard = await openDashboard();
  await failedReset(dashboard, 'reset');
  const { finishedAt } = await dashboard.platform.record('reset');

  const response = await put(dashboard, 'operator', 'emails/reset/retry');

  expect(response.ok).toBe(true);
  await eventually(async () => {
    const again = await dashboard.platform.record('reset');
    expect(again.status).toBe('failed');
    expect(again.finishedAt?.getTime()).toBeGreaterThan(finishedAt?.getTime() ?? 0);
  });
});

test('an operator pauses a queue, and resumes it', async () => {
  await using dashboard = await openDashboard();
  await put(dashboard, 'operator', 'emails/pause');
  const job = await dashboard.platform.enqueue(sendWelcomeEmail, welcome);

  await expect(job.result({ timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'result_timeout' });
  await put(dashboard, 'operator', 'emails/resume');

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toMatchObject({ provider: 'test' });
});

test('an operator cleans a failed job away', async () => {
  await using dashboard = await openDashboard();
  await failedReset(dashboard, 'reset');

  await put(dashboard, 'operator', 'emails/reset/clean');

  await expect(dashboard.platform.producer.jobById('reset')).rejects.toMatchObject({
    code: 'job_not_found',
  });
});

test('an admin obliterates a queue that is paused', async () => {
  await using dashboard = await openDashboard();
  await failedReset(dashboard, 'reset');
  await put(dashboard, 'admin', 'emails/pause');

  const response = await put(dashboard, 'admin', 'emails/obliterate', { force: true });

  expect(await response.text()).toBe('{}');
  const { emails } = await dashboard.platform.producer.queueCounts();
  expect(emails).toMatchObject({ failed: 0 });
  expect(await listAudit(dashboard.database)).toMatchObject([
    { actor: 'admin', action: 'queue.obliterate', target: 'emails' },
    { actor: 'admin', action: 'queue.pause', target: 'emails' },
  ]);
});

test('nothing is changed when it cannot be written to the audit log', async () => {
  await using dashboard = await openDashboard();
  await failedReset(dashboard, 'reset');
  const before = await dashboard.platform.record('reset');
  await dashboard.database[Symbol.asyncDispose]();

  const response = await put(dashboard, 'operator', 'emails/reset/retry');

  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ message: expect.stringContaining('audit log') });
  expect(await dashboard.platform.record('reset')).toEqual(before);
});

test('the audit log is for admins, newest first, and shows markup as text', async () => {
  await using dashboard = await openDashboard();
  await put(dashboard, 'operator', 'emails/pause');
  await put(dashboard, 'admin', 'emails/resume');
  await put(dashboard, 'operator', `emails/${encodeURIComponent('<b>bold</b>')}/retry`);

  const forOperator = await dashboard.as('operator')('/audit');
  const json = await dashboard.as('admin')('/audit', { headers: { accept: 'application/json' } });
  const page = await (
    await dashboard.as('admin')('/audit', { headers: { accept: 'text/html' } })
  ).text();

  expect(forOperator.status).toBe(403);
  expect(await json.json()).toMatchObject({
    entries: [{ target: '<b>bold</b>' }, { action: 'queue.resume' }, { action: 'queue.pause' }],
  });
  expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
  expect(page).not.toContain('<b>bold');
});
