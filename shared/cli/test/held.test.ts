import { connectDatabase, migrate, openOutbox, outboxIn } from '@shared/database';
import { defineTask } from '@shared/contracts';
import { createProducer, startOutboxRelay } from '@shared/queue';
import { testDatabaseUrl, testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openShell } from './taskyard.ts';

const task = defineTask({
  name: 'notes.note',
  queue: 'notes',
  payload: z.strictObject({}),
  result: z.null(),
});

test('refused jobs of the outbox are listed, redriven and deleted', async () => {
  const env = { DATABASE_URL: await testDatabaseUrl() };
  await migrate(env.DATABASE_URL);
  await using database = connectDatabase(env.DATABASE_URL);
  await using shell = await openShell();
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix: shell.prefix });
  await producer.enqueue({ ...task, queue: 'elsewhere' }, {}, { id: 'taken', delayMs: 60_000 });
  await database.transaction(async (transaction) => {
    await producer.enqueue(task, {}, { id: 'taken', transaction: outboxIn(transaction) });
  });
  const waiting = await shell.call(['held', 'list'], { env });
  {
    await using relay = startOutboxRelay({ outbox: openOutbox(database), producer });
    await relay.flush();
  }

  const listed = await shell.call(['held', 'list', '--refused'], { env });
  const json = await shell.call(['held', 'list', '--json'], { env });
  const redriven = await shell.call(['held', 'redrive', '--id', 'taken'], { env });
  const unknown = await shell.call(['held', 'delete', '--id', 'taken'], { env });
  {
    await using relay = startOutboxRelay({ outbox: openOutbox(database), producer });
    await relay.flush();
  }
  const deleted = await shell.call(['held', 'delete', '--all'], { env });
  const empty = await shell.call(['held', 'list'], { env });

  expect(waiting.out).toMatch(/^where +job +task +enqueued +refused\n.*outbox +taken +notes\.note/);
  expect(listed.out).toMatch(/outbox +taken +notes\.note .*taken/);
  expect(JSON.parse(json.out)).toMatchObject({
    jobs: [{ jobId: 'taken' }],
    counts: [{ where: 'outbox', waiting: 0, refused: 1 }],
  });
  expect(redriven).toMatchObject({ code: 0, out: '1 job redriven.\n' });
  expect(unknown).toMatchObject({ code: 1, err: 'No refused job is taken.\n' });
  expect(deleted).toMatchObject({ code: 0, out: '1 job deleted.\n' });
  expect(empty.err).toContain('No job is held.');
});

test.for([
  { args: ['list'], env: {}, says: 'DATABASE_URL' },
  { args: ['delete'], env: { SPOOL_DIRECTORY: 'spool' }, says: '--all' },
  { args: ['burn', '--all'], env: { SPOOL_DIRECTORY: 'spool' }, says: 'burn' },
])('held $args is refused where it says too little', async ({ args, env, says }) => {
  await using shell = await openShell();

  const { code, err } = await shell.call(['held', ...args], { env });

  expect(code).toBe(2);
  expect(err).toContain(says);
});
