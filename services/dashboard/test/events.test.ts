import { randomUUID } from 'node:crypto';
import { insertEvents, rollUpDay } from '@shared/database';
import { expect, test } from 'vitest';
import { openDashboard } from './open-dashboard.ts';

const track = (eventType: string, userId: string) => ({
  jobId: randomUUID(),
  userId,
  eventType,
  eventData: {},
  occurredAt: new Date(),
});

test('viewers see what was tracked in the last weeks, by day and by type', async () => {
  await using dashboard = await openDashboard();
  const today = new Date().toISOString().slice(0, 10);
  await insertEvents(dashboard.database, [
    track('job_view', 'ada'),
    track('job_view', 'charles'),
    track('search', 'ada'),
  ]);
  await rollUpDay(dashboard.database, today);

  const page = await (await dashboard.as('viewer')('/events')).text();
  const headers = { accept: 'application/json' };
  const json = await (await dashboard.as('viewer')('/events', { headers })).json();

  expect(page).toContain(`<title>${today}: 3</title>`);
  expect(page.match(/<rect/g)).toHaveLength(30);
  expect(page.indexOf('job_view')).toBeLessThan(page.indexOf('search'));
  expect(json).toMatchObject({
    to: today,
    days: [
      { eventType: 'job_view', events: 2, users: 2 },
      { eventType: 'search', events: 1, users: 1 },
    ],
  });
});

test('without events the page says when there will be some', async () => {
  await using dashboard = await openDashboard();

  const page = await (await dashboard.as('viewer')('/events')).text();

  expect(page).toContain('No events were rolled up');
});

test('events are not for strangers', async () => {
  await using dashboard = await openDashboard();

  const response = await fetch(`${dashboard.url}/events`, { redirect: 'manual' });

  expect([303, 401]).toContain(response.status);
});
