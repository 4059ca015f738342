import { defineTask } from '@shared/contracts';
import { listAudit, openOutbox, outboxIn } from '@shared/database';
import { startOutboxRelay } from '@shared/queue';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Dashboard, openDashboard } from './open-dashboard.ts';

const task = defineTask({
  name: 'notes.note',
  queue: 'notes',
  payload: z.strictObject({ label: z.string() }),
  result: z.string(),
});

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
});
afterAll(() => dashboard[Symbol.asyncDispose]());

const json = { headers: { accept: 'application/json' } };

const shown = async () => {
  const response = await dashboard.as('viewer')('/held', json);
  return (await response.json()) as { jobs: { jobId: string; refused: string | null }[] };
};

/** A row of the outbox whose id another queue's job has, so that the relay refuses it. */
const refusedJob = async (id: string) => {
  const { producer } = dashboard.platform;
  const elsewhere = { ...task, queue: 'elsewhere' };
  const first = await producer.enqueue(elsewhere, { label: 'first' }, { id, delayMs: 60_000 });
  await dashboard.database.transaction(async (transaction) => {
    await producer.enqueue(task, { label: 'secret' }, { id, transaction: outboxIn(transaction) });
  });
  await using relay = startOutboxRelay({ outbox: openOutbox(dashboard.database), producer });
  await relay.flush();
  await eventually(async () =>
    expect((await shown()).jobs).toContainEqual(
      expect.objectContaining({ jobId: id, refused: expect.stringContaining(id) }),
    ),
  );
  return first;
};

const press = (role: 'viewer' | 'operator', verb: string, id: string) =>
  dashboard.as(role)(`/held/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ id }).toString(),
  });

test('whoever looks sees what was refused and why, without its payload', async () => {
  await refusedJob('seen');

  const page = await (await dashboard.as('viewer')('/held')).text();
  const operators = await (await dashboard.as('operator')('/held')).text();

  expect(page).toContain('seen');
  expect(page).toContain('outbox: 0 waiting, 1 refused');
  expect(page).not.toContain('secret');
  expect(page).not.toContain('action="/held/delete"');
  expect(operators).toContain('action="/held/delete"');
  await press('operator', 'delete', 'seen');
});

test('an operator has one delivered anew once nothing is in its way, and another deleted', async () => {
  const inTheWay = await refusedJob('again');
  await refusedJob('gone');
  const { producer, prefix } = dashboard.platform;
  await inTheWay.cancel();
  await producer.redis.del(`{${prefix}}:elsewhere:again`);

  const refused = await press('viewer', 'redrive', 'again');
  const redriven = await press('operator', 'redrive', 'again');
  const deleted = await press('operator', 'delete', 'gone');
  await using relay = startOutboxRelay({ outbox: openOutbox(dashboard.database), producer });
  await relay.flush();

  expect([refused.status, redriven.status, deleted.status]).toEqual([403, 303, 303]);
  expect((await shown()).jobs).toEqual([]);
  await expect((await producer.jobById('again')).record()).resolves.toMatchObject({
    queue: 'notes',
    payload: { label: 'secret' },
  });
  const entries = await listAudit(dashboard.database);
  expect(entries).toContainEqual(
    expect.objectContaining({ actor: 'operator', action: 'held.redrive', target: 'again' }),
  );
});

test('a request that names no job is refused', async () => {
  const response = await press('operator', 'delete', '');

  expect(response.status).toBe(400);
});
