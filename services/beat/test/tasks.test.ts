import { cleanupExpiredSessions, defineTask, exampleTask, keepHouse } from '@shared/contracts';
import {
  connectDatabase,
  createPasswordReset,
  createSession,
  createUser,
  findUserBySession,
  migrate,
} from '@shared/database';
import {
  createProducer,
  implement,
  type Implementation,
  openQueue,
  startWorker,
} from '@shared/queue';
import { eventually, testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createCleanupExpiredSessions } from '../src/tasks/cleanup-expired-sessions.ts';
import { createExampleTask } from '../src/tasks/example-task.ts';
import { createKeepHouse } from '../src/tasks/keep-house.ts';

const soon = () => new Date(Date.now() + 3_600_000);
const past = () => new Date(Date.now() - 1_000);

/** Object storage that is gone with the test. */
const memoryStore = () => {
  const values = new Map<string, Uint8Array>();
  return {
    values,
    put: async (key: string, value: Uint8Array) => void values.set(key, value),
    get: async (key: string) => values.get(key) ?? new Uint8Array(),
    delete: async (key: string) => void values.delete(key),
  };
};

const open = async (handlers: (prefix: string) => Implementation[]) => {
  const address = { redisUrl: testRedisUrl(), prefix: uniquePrefix() };
  const opened = new AsyncDisposableStack();
  const producer = opened.use(createProducer(address));
  opened.use(await startWorker({ ...address, handlers: handlers(address.prefix) }));
  return { producer, address, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

test('sessions.cleanup-expired deletes what is over and nothing else', async () => {
  const url = await testDatabaseUrl();
  await migrate(url);
  await using database = connectDatabase(url);
  const account = { email: 'ada@example.test', username: 'ada', firstName: 'Ada' };
  const { id: userId } = await createUser(database, { ...account, passwordHash: 'unused' });
  await createSession(database, { userId, tokenHash: 'over', expiresAt: past() });
  await createSession(database, { userId, tokenHash: 'open', expiresAt: soon() });
  await createPasswordReset(database, { userId, tokenHash: 'over', expiresAt: past() });
  await using running = await open(() => [createCleanupExpiredSessions({ database })]);

  const job = await running.producer.enqueue(cleanupExpiredSessions, {});

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toEqual({
    sessions: 1,
    passwordResets: 1,
  });
  expect(await findUserBySession(database, 'open')).toMatchObject({ id: userId });
});

test('platform.keep-house removes finished jobs of every queue whose time is over', async () => {
  const brief = defineTask({
    name: 'brief.work',
    queue: 'brief',
    payload: z.strictObject({}),
    result: z.strictObject({}),
    keepResultMs: 1,
  });
  const payloadStore = memoryStore();
  await using running = await open((prefix) => [createKeepHouse({ prefix, payloadStore })]);
  // The worker of that queue stops before it tidies up itself: nobody else is left to do it.
  const handlers = [implement(brief, () => ({}))];
  const briefWorker = await startWorker({ ...running.address, handlers });
  await running.producer.enqueue(brief, {}, { id: 'finished' });
  await eventually(async () => {
    expect((await running.producer.queueCounts())['brief']).toMatchObject({ complete: 1 });
  });
  await briefWorker[Symbol.asyncDispose]();

  const job = await running.producer.enqueue(keepHouse, {});

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toEqual({
    removedJobs: 1,
    removedPayloads: 0,
  });
  await expect(running.producer.jobById('finished')).rejects.toMatchObject({
    code: 'job_not_found',
  });
});

test('platform.keep-house removes payloads whose job was removed by hand, a day later', async () => {
  const payloadStore = memoryStore();
  await using running = await open((prefix) => [createKeepHouse({ prefix, payloadStore })]);
  const { redisUrl, prefix } = running.address;
  await using producer = createProducer({ redisUrl, prefix, payloadStore });
  const bulky = defineTask({
    name: 'bulk.carry',
    queue: 'bulk',
    payload: z.strictObject({ text: z.string() }),
    result: z.null(),
  });
  const payload = { text: 'x'.repeat(200_000) };
  await producer.enqueue(bulky, payload, { id: 'gone' });
  await producer.enqueue(bulky, payload, { id: 'kept' });
  const queue = openQueue(bulky.queue, { redis: producer.redis, prefix });
  await (await queue.getJob('gone'))?.remove();
  await queue.close();
  const key = `{${prefix}}:stored-values`;
  const dayBefore = Date.now() - 86_400_001;
  for (const member of await producer.redis.zrange(key, '0', '-1')) {
    await producer.redis.zadd(key, dayBefore, member);
  }

  const job = await producer.enqueue(keepHouse, {});

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toMatchObject({ removedPayloads: 1 });
  expect(payloadStore.values.size).toBe(1);
  await expect((await producer.jobById('kept')).status()).resolves.toBe('queued');
});

test('platform.example answers with what it was told', async () => {
  await using running = await open(() => [createExampleTask()]);

  const job = await running.producer.enqueue(exampleTask, { message: 'Hello!' });

  await expect(job.result({ timeoutMs: 5_000 })).resolves.toBe('Processed: Hello!');
});
