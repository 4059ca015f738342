import { listAudit } from '@shared/database';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, openDashboard } from './open-dashboard.ts';

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
});
afterAll(() => dashboard[Symbol.asyncDispose]());

type Shown = { id: string; state: string; queues: string[] };

/** The platform's one worker, once it has been heard of. */
const worker = () =>
  eventually(async () => {
    const headers = { accept: 'application/json' };
    const response = await dashboard.as('viewer')('/fleet', { headers });
    const { workers } = (await response.json()) as { workers: Shown[] };
    expect(workers).toHaveLength(1);
    return workers[0]!;
  });

const press = (role: 'viewer' | 'operator', verb: string, body: Record<string, string>) =>
  dashboard.as(role)(`/fleet/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(body).toString(),
  });

test('whoever looks sees each worker and what it serves, and who may has buttons', async () => {
  const { id, queues, state } = await worker();

  const page = await (await dashboard.as('viewer')('/fleet')).text();
  const operators = await (await dashboard.as('operator')('/fleet')).text();

  expect([queues, state]).toEqual([['emails'], 'running']);
  expect(page).toContain(id);
  expect(page).toContain('1 worker<');
  expect(page).not.toContain('action="/fleet/pause"');
  expect(operators).toContain('action="/fleet/pause"');
});

test('an operator pauses a worker and has it go on, and both are noted', async () => {
  const { id } = await worker();

  const paused = await press('operator', 'pause', { worker: id });
  await eventually(async () => expect((await worker()).state).toBe('paused'));
  const resumed = await press('operator', 'resume', { worker: id });
  await eventually(async () => expect((await worker()).state).toBe('running'));

  expect([paused.status, resumed.status]).toEqual([303, 303]);
  expect(await listAudit(dashboard.database, { limit: 2 })).toMatchObject([
    { actor: 'operator', action: 'fleet.resume', target: id },
    { actor: 'operator', action: 'fleet.pause', target: id },
  ]);
});

test('viewers pause nothing, and nobody pauses who is not there', async () => {
  const { id } = await worker();

  const asViewer = await press('viewer', 'pause', { worker: id });
  const nameless = await press('operator', 'pause', {});

  expect([asViewer.status, nameless.status]).toEqual([403, 400]);
  expect((await worker()).state).toBe('running');
});
