import { expect, test } from 'vitest';
import { Gauge, startHealthServer } from '../src/index.ts';

const fine = async () => ({ ok: true as const });

test('live and ready answer 200 while all checks are fine, 503 with the reason otherwise', async () => {
  let redis: { ok: true } | { ok: false; reason: string } = { ok: true };
  await using server = await startHealthServer({
    port: 0,
    live: { loop: fine },
    ready: { redis: async () => redis },
  });
  const ask = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);

  expect((await ask('/health/ready')).status).toBe(200);
  redis = { ok: false, reason: 'Redis is away' };
  const ready = await ask('/health/ready');

  expect(ready.status).toBe(503);
  await expect(ready.json()).resolves.toMatchObject({
    status: 'failing',
    checks: { redis: { ok: false, reason: 'Redis is away' }, loop: { ok: true } },
  });
  expect((await ask('/health/live')).status).toBe(200);
  expect((await ask('/nothing')).status).toBe(404);
});

test('a check that throws counts as failing, with what it threw', async () => {
  await using server = await startHealthServer({
    port: 0,
    ready: { database: () => Promise.reject(new Error('no route')) },
  });

  const ready = await fetch(`http://127.0.0.1:${server.port}/health/ready`);

  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('no route');
});

test('metrics hold the defaults of the process and what was registered', async () => {
  await using server = await startHealthServer({ port: 0 });
  const gauge = new Gauge({ name: 'yard_size', help: 'Of the yard.', registers: [server.metrics] });
  gauge.set(7);

  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();

  expect(text).toContain('yard_size 7');
  expect(text).toContain('process_cpu_user_seconds_total');
});

test('a port that is taken is refused', async () => {
  await using server = await startHealthServer({ port: 0 });

  await expect(startHealthServer({ port: server.port })).rejects.toThrow('EADDRINUSE');
});
