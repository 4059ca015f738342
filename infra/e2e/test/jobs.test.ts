import { join } from 'node:path';
import { testDatabaseUrl } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../src/ask.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { endOfJob } from '../src/follow-job.ts';
import { openHolder } from '../src/holding.ts';
import { hold, note } from './fixtures/tasks.ts';

const TASKS = join(import.meta.dirname, 'fixtures', 'tasks.ts');

/** The api in one process, tasks that it does not know in another, which runs one job at a time. */
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ services: ['web'], databaseUrl: await testDatabaseUrl() });
  await fleet.startWorker(['-Q', 'holding', '--concurrency', '1', '--include', TASKS]);
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('a job that runs in another process is cancelled over HTTP', async () => {
  await using holder = openHolder(fleet);
  const { id: jobId } = await fleet.producer.enqueue(hold, holder.payload);
  await holder.nextRun();
  const address = `${fleet.url}/jobs/status/${jobId}`;

  const { status } = await ask(address, { method: 'DELETE', token: fleet.apiKey });
  const end = await endOfJob(fleet.url, { jobId, token: fleet.apiKey });
  const again = await ask(address, { method: 'DELETE', token: fleet.apiKey });

  expect(status).toBe(202);
  expect(end).toMatchObject({ status: 'cancelled', result: null });
  expect(again).toMatchObject({ status: 409, body: { error: { code: 'job_ended' } } });
});

test('a job that waits is cancelled and never runs', async () => {
  await using holder = openHolder(fleet);
  const list = `{${fleet.prefix}}:cancelled`;
  const held = await fleet.producer.enqueue(hold, holder.payload);
  await holder.nextRun();
  const waiting = await fleet.producer.enqueue(note, { list, label: 'ran' });

  const { status } = await ask(`${fleet.url}/jobs/status/${waiting.id}`, {
    method: 'DELETE',
    token: fleet.apiKey,
  });

  await holder.letGo();
  await held.result();
  expect(status).toBe(202);
  expect(await waiting.status()).toBe('cancelled');
  expect(await fleet.producer.redis.lrange(list, 0, -1)).toEqual([]);
});

test('what waits is run by priority, and in order within one', async () => {
  await using holder = openHolder(fleet);
  const list = `{${fleet.prefix}}:order`;
  const held = await fleet.producer.enqueue(hold, holder.payload, { priority: 'critical' });
  await holder.nextRun();
  const priorities = ['low', 'default', 9, 'high', 'critical', 5, 0, 'low', 1] as const;

  const jobs = await Promise.all(
    priorities.map((priority, index) =>
      fleet.producer.enqueue(note, { list, label: `${priority} #${index}` }, { priority }),
    ),
  );
  await holder.letGo();
  await held.result();
  await Promise.all(jobs.map((job) => job.result()));

  expect(await fleet.producer.redis.lrange(list, 0, -1)).toEqual([
    'critical #4',
    '0 #6',
    '1 #8',
    'high #3',
    'default #1',
    '5 #5',
    'low #0',
    'low #7',
    '9 #2',
  ]);
});

test('a job whose time is over while it waits expires without having run', async () => {
  await using holder = openHolder(fleet);
  const list = `{${fleet.prefix}}:expired`;
  const held = await fleet.producer.enqueue(hold, holder.payload);
  await holder.nextRun();

  const late = await fleet.producer.enqueue(note, { list, label: 'ran' }, { expiresInMs: 1 });
  const last = await fleet.producer.enqueue(note, { list, label: 'last' });
  await holder.letGo();
  await Promise.all([held.result(), last.result()]);

  expect(await late.status()).toBe('expired');
  expect(await fleet.producer.redis.lrange(list, 0, -1)).toEqual(['last']);
});

test('a task that the api does not know is refused with the names of those it knows', async () => {
  const { status, body } = await ask(`${fleet.url}/tasks/${note.name}`, {
    method: 'POST',
    token: fleet.apiKey,
    json: { payload: {} },
  });

  expect({ status, code: body.error.code }).toEqual({ status: 404, code: 'unknown_task' });
  expect(`${body.error.message}${body.error.fix}`).toContain('emails.send-welcome-email');
});
