import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { cleanupOldNotifications, sendNotification, sendPush } from '@shared/contracts';
import {
  keepNotification,
  listNotifications,
  notifications,
  pushLedger,
  recordPushes,
} from '@shared/database';
import { createProducer } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFakeOneSignal } from './fake-onesignal.ts';
import { newDevice, newUserId, openDatabase, openOffice } from './notice-office.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const fixture = fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url));

/** A process of its own, with nothing in its environment but `env`. */
const start = (file: string, env: Record<string, string>) => {
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, [Symbol.dispose]: () => void child.kill('SIGKILL') };
};

const logged = async ({ stdout }: ChildProcess, message: string) => {
  for await (const line of createInterface({ input: stdout! })) {
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (entry['msg'] === message) return entry;
  }
  throw new Error(`The process never logged "${message}".`);
};

test('the process serves its queue, says what it runs with, and ends on SIGTERM with 0', async () => {
  const prefix = uniquePrefix();
  const userId = newUserId();
  using service = start(main, {
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: prefix,
    DATABASE_URL: database.databaseUrl,
    ONESIGNAL_APP_ID: 'app',
    ONESIGNAL_API_KEY: 'key',
  });
  const { healthPort, concurrency, push } = await logged(service.child, 'worker ready');

  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  const job = await producer.enqueue(sendNotification, { userId, title: 'hello' });
  await job.result({ timeoutMs: 30_000 });
  const ready = await fetch(`http://127.0.0.1:${String(healthPort)}/health/ready`);
  service.child.kill('SIGTERM');
  const [exitCode] = await once(service.child, 'exit');

  expect(await listNotifications(database, { userId, limit: 9 })).toHaveLength(1);
  expect([ready.status, concurrency, push, exitCode]).toEqual([
    200,
    10 * availableParallelism(),
    ['onesignal'],
    0,
  ]);
});

test.for([
  {
    reason: 'half of OneSignal',
    env: { ONESIGNAL_APP_ID: 'x' },
    says: 'ONESIGNAL_API_KEY must be',
  },
  { reason: 'half a key pair', env: { VAPID_PUBLIC_KEY: 'x' }, says: 'VAPID_PRIVATE_KEY must be' },
  {
    reason: 'a credentials file that is none',
    env: { FIREBASE_CREDENTIALS_PATH: main },
    says: 'FIREBASE_CREDENTIALS_PATH must name',
  },
])('$reason is one clear error at the start', async ({ env, says }) => {
  const wiring = { REDIS_URL: testRedisUrl(), DATABASE_URL: database.databaseUrl };
  using service = start(main, { ...wiring, ...env });

  const [output, [exitCode]] = await Promise.all([
    Promise.all([text(service.child.stdout), text(service.child.stderr)]),
    once(service.child, 'exit'),
  ]);

  expect(output.join('')).toContain(says);
  expect(exitCode).not.toBe(0);
});

test('a worker that is killed while a provider has the message sends it once in effect', async () => {
  await using oneSignal = await startFakeOneSignal();
  const prefix = uniquePrefix();
  const env = {
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: prefix,
    DATABASE_URL: database.databaseUrl,
    ONESIGNAL_URL: oneSignal.url,
  };
  const userId = newUserId();
  await newDevice(database, userId, randomUUID(), 'onesignal');
  const hanging = oneSignal.hang();
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  using first = start(fixture, env);
  const job = await producer.enqueue(sendPush, { userId, title: 'hello' });
  await hanging.arrived;

  first.child.kill('SIGKILL');
  hanging.end();
  using _second = start(fixture, env);
  const result = await job.result({ timeoutMs: 50_000 });

  expect(result).toEqual({ sent: 1, removed: 0, refused: 0 });
  expect(oneSignal.requests()).toBe(2);
  expect(oneSignal.messages()).toHaveLength(1);
});

test('cleaning up deletes what is old and nothing else, and finds nothing the second time', async () => {
  await using office = await openOffice({ database });
  const userId = newUserId();
  for (const title of ['old', 'new']) {
    const jobId = randomUUID();
    await keepNotification(database, { userId, title, kind: 'a', body: '', link: null, jobId });
    await recordPushes(database, { jobId: title, fence: 1, deviceIds: ['phone'] });
  }
  const longAgo = sql`now() - interval '91 days'`;
  await database
    .update(notifications)
    .set({ createdAt: longAgo })
    .where(eq(notifications.title, 'old'));
  await database.update(pushLedger).set({ sentAt: longAgo }).where(eq(pushLedger.jobId, 'old'));

  const first = await (await office.enqueue(cleanupOldNotifications, {})).result();
  const second = await (await office.enqueue(cleanupOldNotifications, {})).result();

  expect([first, second]).toEqual([
    { notifications: 1, pushes: 1 },
    { notifications: 0, pushes: 0 },
  ]);
  expect(await listNotifications(database, { userId, limit: 9 })).toMatchObject([{ title: 'new' }]);
});
