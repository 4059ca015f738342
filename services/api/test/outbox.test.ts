import { defineTask } from '@shared/contracts';
import { connectDatabase, jobOutbox, migrate, openOutbox, outboxIn } from '@shared/database';
import { createProducer, implement, startOutboxRelay, startWorker } from '@shared/queue';
import { eventually, testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { severableRedis } from './severable-redis.ts';

const note = defineTask({
  name: 'notes.note',
  queue: 'notes',
  payload: z.strictObject({ label: z.string() }),
  result: z.string(),
});

/** A database with an empty outbox and a producer; relays are the tests' own. */
const open = async ({ redisUrl = testRedisUrl() } = {}) => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const prefix = uniquePrefix();
  const producer = opened.use(createProducer({ redisUrl, prefix }));
  return {
    database,
    producer,
    redisUrl,
    prefix,
    startRelay: () => startOutboxRelay({ outbox: openOutbox(database), producer }),
    rows: () => database.select({ id: jobOutbox.id, refused: jobOutbox.refused }).from(jobOutbox),
    /** Enqueues with one transaction. */
    commit: (ids: readonly string[], task = note) =>
      database.transaction(async (transaction) => {
        for (const id of ids) {
          const options = { id, transaction: outboxIn(transaction) };
          await producer.enqueue(task, { label: id }, options);
        }
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

test('a job runs once its transaction is committed, and leaves the outbox', async () => {
  await using side = await open();
  const { producer, database, redisUrl, prefix } = side;
  await using _relay = side.startRelay();
  const handlers = [implement(note, ({ label }) => label)];
  await using _worker = await startWorker({ handlers, redisUrl, prefix });

  const job = await database.transaction(async (transaction) => {
    const options = { transaction: outboxIn(transaction), priority: 'high', tags: ['a'] } as const;
    const job = await producer.enqueue(note, { label: 'kept' }, options);
    await expect(job.status()).resolves.toBe('queued');
    await expect(producer.jobById(job.id)).rejects.toMatchObject({ code: 'job_not_found' });
    return job;
  });

  await expect(job.result({ timeoutMs: 20_000 })).resolves.toBe('kept');
  await expect(job.record()).resolves.toMatchObject({ tags: ['a'], origin: 'taskyard' });
  await eventually(async () => expect(await side.rows()).toEqual([]));
});

test('what a transaction undoes was never enqueued', async () => {
  await using side = await open();
  await using relay = side.startRelay();
  let id = '';

  const undone = side.database.transaction(async (transaction) => {
    const options = { transaction: outboxIn(transaction) };
    ({ id } = await side.producer.enqueue(note, { label: 'undone' }, options));
    throw new Error('no account after all');
  });

  await expect(undone).rejects.toThrow('no account after all');
  await relay.flush();
  expect(await side.rows()).toEqual([]);
  await expect(side.producer.jobById(id)).rejects.toMatchObject({ code: 'job_not_found' });
});

test('a payload that does not fit is refused before anything is written', async () => {
  await using side = await open();

  const refused = side.database.transaction((transaction) => {
    const options = { transaction: outboxIn(transaction) };
    return side.producer.enqueue(note, { label: 1 } as never, options);
  });

  await expect(refused).rejects.toMatchObject({ code: 'invalid_payload', path: 'label' });
  expect(await side.rows()).toEqual([]);
});

test('a relay that dies after it moved jobs moves them again, and each is one job', async () => {
  await using side = await open();
  await side.commit(['one', 'two']);
  const dying = openOutbox(side.database).move(10, async (jobs) => {
    await Promise.all(jobs.map(side.producer.deliver));
    throw new Error('killed here');
  });
  await expect(dying).rejects.toThrow('killed here');
  const left = await side.rows();

  await using relay = side.startRelay();
  await relay.flush();

  expect(left).toHaveLength(2);
  expect(await side.rows()).toEqual([]);
  expect((await side.producer.queueCounts())['notes']).toMatchObject({ queued: 2 });
});

test('two relays share an outbox, and each job is moved once', async () => {
  await using side = await open();
  const ids = Array.from({ length: 500 }, (_, i) => `shared-${i}`);
  await side.commit(ids);

  await using one = side.startRelay();
  await using other = side.startRelay();
  await Promise.all([one.flush(), other.flush()]);

  await eventually(async () => expect(await side.rows()).toEqual([]));
  expect((await side.producer.queueCounts())['notes']).toMatchObject({ queued: 500 });
});

test('a job that can never be taken is kept with the reason, and holds up nobody', async () => {
  await using side = await open();
  await using relay = side.startRelay();
  const elsewhere = defineTask({ ...note, name: 'others.note', queue: 'others' });
  await side.producer.enqueue(note, { label: 'first' }, { id: 'taken' });

  await side.commit(['taken'], elsewhere);
  await side.commit(['behind']);
  await relay.flush();

  await eventually(async () =>
    expect(await side.rows()).toEqual([{ id: 'taken', refused: expect.stringContaining('taken') }]),
  );
  await expect((await side.producer.jobById('behind')).status()).resolves.toBe('queued');
});

test('while Redis is away jobs are kept, and moved when it is back', async () => {
  await using redis = await severableRedis();
  await using side = await open({ redisUrl: redis.url });
  await using relay = side.startRelay();
  await side.producer.ping();
  await redis.cut();

  await side.commit(Array.from({ length: 20 }, (_, i) => `kept-${i}`));
  await relay.flush();
  const kept = await side.rows();
  await redis.mend();

  expect(kept).toHaveLength(20);
  await eventually(async () => expect(await side.rows()).toEqual([]), { timeoutMs: 30_000 });
  expect((await side.producer.queueCounts())['notes']).toMatchObject({ queued: 20 });
});
