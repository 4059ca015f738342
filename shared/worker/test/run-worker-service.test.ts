import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { defineTask } from '@shared/contracts';
import { migrate } from '@shared/database';
import { createProducer } from '@shared/queue';
import {
  eventually,
  startProcess,
  testDatabaseUrl,
  testRedisUrl,
  uniquePrefix,
} from '@shared/testing';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';

// A process takes a second or more to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const main = fileURLToPath(new URL('fixtures/main.ts', import.meta.url));

const nap = defineTask({
  name: 'naps.nap',
  queue: 'naps',
  payload: z.strictObject({ ms: z.int() }),
  result: z.string(),
});

type Entry = Record<string, unknown> & { msg: string };

/** The service as a process of its own, and what it logs. */
const start = async (env: Record<string, string> = {}) => {
  const opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-worker-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const prefix = uniquePrefix();
  const address = { REDIS_URL: testRedisUrl(), QUEUE_PREFIX: prefix };
  const places = { DATABASE_URL: databaseUrl, STORAGE_URL: `file:${join(folder, 'storage')}` };
  const { child, ...service } = opened.use(startProcess(main, { ...address, ...places, ...env }));
  opened.defer(() => service[Symbol.dispose]());
  const log: Entry[] = [];
  createInterface({ input: child.stdout }).on('line', (line) =>
    log.push(JSON.parse(line) as Entry),
  );
  const logged = (msg: string) =>
    eventually(
      () => {
        const entry = log.find((candidate) => candidate.msg === msg);
        if (entry === undefined) throw new Error(`"${msg}" is not logged yet`);
        return entry;
      },
      { timeoutMs: 15_000 },
    );
  const producer = opened.use(createProducer({ redisUrl: testRedisUrl(), prefix }));
  return { child, log, logged, producer, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

const ask = async (port: unknown, path: string) => {
  const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
  return { status: response.status, body: (await response.json()) as { checks: object } };
};

test('it serves its queue, tells its health, and says what it is ready with', async () => {
  await using service = await start();

  const ready = await service.logged('worker ready');
  const job = await service.producer.enqueue(nap, { ms: 0 });
  const result = await job.result({ timeoutMs: 15_000 });
  const live = await ask(ready['healthPort'], '/health/live');
  const health = await ask(ready['healthPort'], '/health');

  expect(result).toBe('rested');
  expect(ready).toMatchObject({ service: 'naps', queue: 'naps', pillows: 2, concurrency: 3 });
  expect([live.status, Object.keys(live.body.checks)]).toEqual([200, ['worker']]);
  expect([health.status, Object.keys(health.body.checks).sort()]).toEqual([
    200,
    ['database', 'worker'],
  ]);
});

test('storage that it opens is part of its health', async () => {
  await using service = await start({ KEEPS_FILES: 'yes' });

  const { healthPort } = await service.logged('worker ready');
  const { status, body } = await ask(healthPort, '/health/ready');

  expect([status, Object.keys(body.checks).sort()]).toEqual([
    200,
    ['database', 'storage', 'worker'],
  ]);
});

test('told to stop it lets its job end, and closes its own parts after that', async () => {
  await using service = await start();
  await service.logged('worker ready');
  const job = await service.producer.enqueue(nap, { ms: 300 });
  await service.logged('napping');

  service.child.kill('SIGTERM');
  const [exitCode] = (await once(service.child, 'exit')) as [number];

  expect(exitCode).toBe(0);
  await expect(job.status()).resolves.toBe('complete');
  const order = service.log.map(({ msg }) => msg);
  expect(order.indexOf('woken')).toBeGreaterThan(order.indexOf('worker draining'));
  expect(order.indexOf('its own part closed')).toBeGreaterThan(order.indexOf('woken'));
});

const NOWHERE = { DATABASE_URL: 'postgres://127.0.0.1/none', KEEPS_FILES: 'yes' };

test.for([
  { reason: 'no database', env: {}, says: 'DATABASE_URL must be set' },
  {
    reason: 'a storage of no kind',
    env: { ...NOWHERE, STORAGE_URL: 'ftp://host' },
    says: 'STORAGE_URL must start with file: or s3:',
  },
  {
    reason: 'half of the credentials',
    env: { ...NOWHERE, STORAGE_URL: 's3://photos', AWS_ACCESS_KEY_ID: 'id' },
    says: 'AWS_SECRET_ACCESS_KEY is missing',
  },
])('with $reason it says so in a line, and ends with 1', async ({ env, says }) => {
  using service = startProcess(main, { REDIS_URL: testRedisUrl(), ...env });

  const [output, [exitCode]] = await Promise.all([
    text(service.child.stderr),
    once(service.child, 'exit') as Promise<[number]>,
  ]);

  expect(output).toContain(says);
  expect(output.trimEnd().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(1);
});
