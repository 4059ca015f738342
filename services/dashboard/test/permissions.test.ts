import { appRoutes } from '@bull-board/api/dist/routes.js';
import { sendWelcomeEmail } from '@shared/contracts';
import { listAudit } from '@shared/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { permissionFor } from '../src/board/permissions.ts';
import { atLeast, type Role, ROLES } from '../src/roles.ts';
import { type Dashboard, failedReset, openDashboard } from './open-dashboard.ts';

const routes = appRoutes.api.flatMap(({ method, route }) =>
  [method].flat().flatMap((one) => [route].flat().map((path) => ({ method: one, route: path }))),
);
const changing = routes.filter(({ method }) => method !== 'get');

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
  await failedReset(dashboard, 'failed-reset');
  const welcome = { userEmail: 'ada@example.test', userName: 'Ada', username: 'ada' };
  await dashboard.platform.enqueue(sendWelcomeEmail, welcome, {
    id: 'delayed-welcome',
    delayMs: 600_000,
  });
});
afterAll(() => dashboard[Symbol.asyncDispose]());

const pathOf = (route: string) =>
  `/queues${route}`
    .replace(':queueName', 'emails')
    .replace(':jobId', 'failed-reset')
    .replace(':schedulerId', 'none')
    .replace(':queueStatus', 'failed');

const send = (role: Role, method: string, path: string, body: unknown = {}) =>
  dashboard.as(role)(path, {
    method: method.toUpperCase(),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('every route of Bull Board is known, so that a new version’s new ones are looked at', () => {
  const unknown = routes.filter(({ method, route }) => permissionFor(method, route) === undefined);

  expect(unknown).toEqual([]);
  expect(changing.length).toBeGreaterThan(20);
});

test('what reads is for viewers, what changes something is not', () => {
  for (const { method, route } of routes) {
    const permission = permissionFor(method, route);
    expect({ route, viewer: permission?.may === 'viewer' }).toEqual({
      route,
      viewer: method === 'get',
    });
  }
});

test('a route that nobody listed is nobody’s', () => {
  expect(permissionFor('put', '/api/queues/:queueName/set-on-fire')).toBeUndefined();
});

test.for(changing)('a viewer is refused: $method $route', async ({ method, route }) => {
  const before = await dashboard.platform.record('failed-reset');

  const response = await send('viewer', method, pathOf(route));

  expect(response.status).toBe(403);
  expect(await dashboard.platform.record('failed-reset')).toEqual(before);
});

const refusals = changing.flatMap(({ method, route }) =>
  ROLES.filter((role) => role !== 'viewer').flatMap((role) => {
    const may = permissionFor(method, route)?.may ?? 'nobody';
    return may === 'nobody' || !atLeast(role, may) ? [{ role, method, route }] : [];
  }),
);

test.for(refusals)('an $role is refused: $method $route', async ({ role, method, route }) => {
  const response = await send(role, method, pathOf(route));

  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ message: expect.stringMatching(/role|contracts/) });
});

test('a refused action is not in the audit log', async () => {
  expect(await listAudit(dashboard.database)).toEqual([]);
});

const queuesAs = async (role: Role) => {
  const response = await dashboard.as(role)('/queues/api/queues');
  const body = (await response.json()) as {
    queues: { readOnlyMode: boolean; allowRetries: boolean }[];
  };
  return body.queues.map(({ readOnlyMode, allowRetries }) => ({ readOnlyMode, allowRetries }));
};

test('a viewer’s board says that it is read-only, an operator’s that it is not', async () => {
  expect(await queuesAs('viewer')).toContainEqual({ readOnlyMode: true, allowRetries: false });
  expect(await queuesAs('viewer')).not.toContainEqual(
    expect.objectContaining({ readOnlyMode: false }),
  );
  expect(await queuesAs('operator')).toContainEqual({ readOnlyMode: false, allowRetries: true });
});
