import { join } from 'node:path';
import { readProcfile } from '@infra/start';
import { PROJECT_ROOT } from '@shared/embedded';
import { testDatabaseUrl } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../src/ask.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';

const lines = await readProcfile(join(PROJECT_ROOT, 'Procfile'));

/** The release ends by itself before the others start, as the fixture has it. */
const names = lines.map(({ name }) => name).filter((name) => name !== 'release');

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ services: names, databaseUrl: await testDatabaseUrl() });
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('the Procfile has a line for everything that serves', () => {
  expect(names).toEqual(expect.arrayContaining(['web', 'emails', 'images', 'beat', 'dashboard']));
});

test.for(names)('%s is ready, and says so where supervisors ask', async (name) => {
  const { healthUrl } = fleet.process(name);

  const [live, ready] = [
    await ask(`${healthUrl}/health/live`),
    await ask(`${healthUrl}/health/ready`),
  ];

  expect([live.status, ready.status]).toEqual([200, 200]);
});

test.for(names)('%s shows metrics to Prometheus', async (name) => {
  const { status, body } = await ask(`${fleet.process(name).healthUrl}/metrics`);

  expect(status).toBe(200);
  expect(body).toContain('process_cpu_seconds_total');
});

test('every queue has a worker', async () => {
  const { body } = await ask(`${fleet.url}/health/queues`);

  const counts = Object.entries(body.queues as Record<string, { workers: number }>);
  expect(counts.filter(([, { workers }]) => workers === 0)).toEqual([]);
  expect(counts.length).toBeGreaterThan(0);
});

test('each process that is asked to go goes at once and exits with 0', async () => {
  const exits = await Promise.all(
    names.map(async (name) => [name, await fleet.process(name).terminate()]),
  );

  expect(Object.fromEntries(exits)).toEqual(
    Object.fromEntries(names.map((name) => [name, { code: 0, signal: null }])),
  );
});
