import { taskNamed } from '@shared/contracts';
import { createProducer, implement, newJobId, queueOfId } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, expectTypeOf, test } from 'vitest';
import { add, other, work } from './tasks.ts';

const openProducer = () => createProducer({ redisUrl: testRedisUrl(), prefix: uniquePrefix() });

/** Never called: the compiler is the judge of it. */
const typed = async (producer: ReturnType<typeof openProducer>) => {
  const job = await producer.enqueue(add, { a: 1, b: 2 }, { priority: 'high' });
  expectTypeOf(await job.result()).toEqualTypeOf<number>();
  // @ts-expect-error -- b is missing
  await producer.enqueue(add, { a: 1 });
  // @ts-expect-error -- there is no such priority
  await producer.enqueue(add, { a: 1, b: 2 }, { priority: 'urgent' });
  // @ts-expect-error -- the result is a number
  implement(add, () => 'three');
};

test('payload, options and result are typed from the contract', () => {
  expect(typed).toBeTypeOf('function');
});

test.for([
  { reason: 'a missing field', payload: { a: 1 }, path: 'b' },
  { reason: 'a wrong type', payload: { a: 'one', b: 2 }, path: 'a' },
  { reason: 'a field too many', payload: { a: 1, b: 2, c: 3 }, path: 'c' },
])(
  'a payload with $reason is refused by name, and nothing is written',
  async ({ payload, path }) => {
    await using producer = openProducer();

    const refused = producer.enqueue(add, payload as never);

    await expect(refused).rejects.toMatchObject({
      code: 'invalid_payload',
      path,
      retryable: false,
    });
    expect((await producer.queueCounts())['sums']).toBeUndefined();
  },
);

test.for([
  { option: 'id', options: { id: 'has:colon' } },
  { option: 'id', options: { id: '12345' } },
  { option: 'id', options: { id: '' } },
  { option: 'id', options: { id: 'failed' } },
  { option: 'id', options: { id: 'workers' } },
  { option: 'id', options: { id: newJobId('others') } },
  { option: 'priority', options: { priority: 10 } },
  { option: 'priority', options: { priority: 'urgent' } },
  { option: 'delayMs', options: { delayMs: -1 } },
  { option: 'delayMs', options: { delayMs: Number.NaN } },
  { option: 'at', options: { at: new Date('never') } },
  { option: 'at', options: { at: new Date(), delayMs: 5 } },
  { option: 'expiresInMs', options: { expiresInMs: 0 } },
  { option: 'expiresAt', options: { expiresAt: new Date(), expiresInMs: 5 } },
  { option: 'attempts', options: { attempts: 0 } },
  { option: 'timeoutMs', options: { timeoutMs: 0.5 } },
  { option: 'keepResultMs', options: { keepResultMs: -1 } },
  { option: 'backoff', options: { backoff: { type: 'list', delaysMs: [] } } },
  { option: 'backoff', options: { backoff: { type: 'fixed', delayMs: 1, jitter: 2 } } },
  { option: 'tags', options: { tags: [''] } },
  { option: 'dealyMs', options: { dealyMs: 5 } },
])('the option $option out of range is refused by name: $options', async ({ option, options }) => {
  await using producer = openProducer();

  const refused = producer.enqueue(add, { a: 1, b: 2 }, options as never);

  await expect(refused).rejects.toMatchObject({ code: 'invalid_option', path: option });
});

test('a payload over the limit is refused with its size', async () => {
  await using producer = openProducer();

  const refused = producer.enqueue(work, { label: 'x'.repeat(2_000_000) });

  await expect(refused).rejects.toMatchObject({ code: 'payload_too_large' });
});

test('an unknown task is refused with the names there are', () => {
  expect(() => taskNamed('emails.send-nothing')).toThrow(
    expect.objectContaining({
      code: 'unknown_task',
      message: expect.stringContaining('emails.send-welcome-email') as string,
    }),
  );
});

test('ids sort by time, name their queue and never repeat', () => {
  const ids = Array.from({ length: 50_000 }, (_, i) => newJobId(i % 2 === 0 ? 'emails' : 'images'));

  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.slice(0, 2).map(queueOfId)).toEqual(['emails', 'images']);
});

test('one id is one job, and a duplicate is told from a new one', async () => {
  let runs = 0;
  const count = implement(work, () => `run ${(runs += 1)}`);
  await using platform = await startPlatform({ handlers: [count] });

  const jobs = await Promise.all(
    Array.from({ length: 20 }, () => platform.enqueue(work, {}, { id: 'welcome-42' })),
  );
  const results = await Promise.all(jobs.map((job) => job.result()));
  const late = await platform.enqueue(work, {}, { id: 'welcome-42' });

  expect(jobs.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(results)).toEqual(new Set(['run 1']));
  expect(late.duplicate).toBe(true);
  expect(runs).toBe(1);
});

test('an id that names a job of another queue is refused', async () => {
  await using producer = openProducer();
  await producer.enqueue(work, {}, { id: 'mine' });

  const refused = producer.enqueue(other, { label: 'x' }, { id: 'mine' });

  await expect(refused).rejects.toMatchObject({ code: 'job_id_taken', path: 'id' });
});

test('a job is found by its id alone, chosen or made', async () => {
  await using producer = openProducer();
  const made = await producer.enqueue(other, { label: 'x' });
  const chosen = await producer.enqueue(work, {}, { id: 'report@2026-11' });

  const found = await Promise.all([made.id, chosen.id].map((id) => producer.jobById(id)));

  expect(found.map(({ queue, task }) => [queue, task])).toEqual([
    ['others', 'others.work'],
    ['sums', 'sums.work'],
  ]);
  await expect(producer.jobById('nowhere')).rejects.toMatchObject({ code: 'job_not_found' });
});

test('many jobs are checked before the first is written', async () => {
  await using producer = openProducer();

  const refused = producer.enqueueMany([
    { task: add, payload: { a: 1, b: 2 } },
    { task: add, payload: { a: 1, b: 'two' } as never },
  ]);

  await expect(refused).rejects.toMatchObject({ path: 'b' });
  expect((await producer.queueCounts())['sums']).toBeUndefined();
});

test('what a job was enqueued with is read back', async () => {
  await using producer = openProducer();
  const at = new Date(Date.now() + 60_000);

  const job = await producer.enqueue(
    work,
    { label: 'read me' },
    { at, priority: 'low', tags: ['a', 'b', 'a'], owner: 'user-1', origin: 'http' },
  );

  await expect(job.record()).resolves.toMatchObject({
    jobId: job.id,
    status: 'scheduled',
    dueAt: at,
    priority: 8,
    tags: ['a', 'b'],
    owner: 'user-1',
    origin: 'http',
    payload: { label: 'read me' },
    progress: 0,
    result: null,
    startedAt: null,
    finishedAt: null,
  });
});

test('without Redis, enqueueing fails at once with an error that says so', async () => {
  await using producer = createProducer({ redisUrl: 'redis://:secret@127.0.0.1:1' });
  const started = Date.now();

  const refused = producer.enqueue(add, { a: 1, b: 2 });

  await expect(refused).rejects.toMatchObject({
    code: 'queue_unavailable',
    retryable: true,
    message: expect.not.stringContaining('secret') as string,
  });
  expect(Date.now() - started).toBeLessThan(5_000);
});
