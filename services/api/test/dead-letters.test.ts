import { createThumbnail, createVariant } from '@shared/contracts';
import { implement, startWorker, type Worker } from '@shared/queue';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, registered, registeredOperator } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
let worker: Worker;
const key = OPERATOR_KEY;
beforeAll(async () => {
  api = await startApi();
  worker = await startWorker({
    queues: ['images'],
    handlers: [
      implement(createThumbnail, ({ imageId }) => {
        throw new Error(`the file ${imageId} is broken`);
      }),
    ],
    redisUrl: api.redisUrl,
    prefix: api.prefix,
  });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const failed = async (imageId: string, tag: string) => {
  const job = await api.producer.enqueue(
    createThumbnail,
    { imageId },
    { attempts: 1, tags: [tag] },
  );
  await expect(job.result()).rejects.toThrow('broken');
  return job.id;
};

const list = async (query: string) => {
  const { status, body } = await api.call(`GET /dead-letters?${query}`, { key });
  expect(status).toBe(200);
  return body as { deadLetters: { jobId: string }[]; cursor: string | null };
};

const redrive = (json: unknown) => api.call('POST /dead-letters/redrive', { key, json });

test('dead letters are listed by filter, a page at a time and without payloads', async () => {
  const first = await failed('one', 'listed');
  const second = await failed('two', 'listed');

  const { deadLetters } = await list('tag=listed');
  const byText = await list('tag=listed&errorText=file%20two');
  const page = await list('tag=listed&limit=1');
  const next = await list(`tag=listed&limit=1&cursor=${page.cursor}`);

  expect(deadLetters.map(({ jobId }) => jobId)).toEqual([second, first]);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(deadLetters[0]).toEqual({
    jobId: second,
    task: 'images.create-thumbnail',
    queue: 'images',
    code: 'error',
    reason: 'the file two is broken',
    failedAt: time,
    enqueuedAt: time,
    attempts: 1,
    group: null,
    tags: ['listed'],
    quarantined: false,
    redriven: 0,
  });
  expect(byText.deadLetters.map(({ jobId }) => jobId)).toEqual([second]);
  expect(next.deadLetters.map(({ jobId }) => jobId)).toEqual([first]);
});

test('a redrive says what it would do, and does it', async () => {
  const id = await failed('three', 'redriven');

  const dry = await redrive({ filter: { tag: 'redriven' }, dryRun: true });
  const done = await redrive({ ids: [id, 'nobody'], priority: 'low', attempts: 2, spreadMs: 0 });

  const job = { jobId: id, queue: 'images', task: 'images.create-thumbnail', code: 'error' };
  expect([dry.status, dry.body]).toEqual([200, { dryRun: true, jobs: [job], skipped: [] }]);
  expect([done.status, done.body]).toEqual([
    200,
    { dryRun: false, jobs: [job], skipped: [{ jobId: 'nobody', reason: 'gone' }] },
  ]);
  await eventually(async () => {
    const { deadLetters } = await list('tag=redriven');
    expect(deadLetters).toMatchObject([{ jobId: id, redriven: 1, attempts: 2 }]);
  });
});

test('deleted dead letters are gone', async () => {
  const id = await failed('four', 'deleted');

  const json = { filter: { tag: 'deleted' } };
  const { status, body } = await api.call('POST /dead-letters/delete', { key, json });

  expect([status, body.jobs]).toMatchObject([200, [{ jobId: id }]]);
  expect((await api.call(`GET /jobs/status/${id}`, { key })).status).toBe(404);
});

test('jobs are found by what they are about', async () => {
  const id = await failed('five', 'searched');
  const options = { tags: ['searched'], delayMs: 60_000 };
  const later = await api.producer.enqueue(createThumbnail, { imageId: 'six' }, options);
  const search = async (query: string) => {
    const { status, body } = await api.call(`GET /search?${query}`, { key });
    expect(status).toBe(200);
    return (body.jobs as { jobId: string }[]).map(({ jobId }) => jobId);
  };

  await expect(search('tag=searched')).resolves.toEqual([later.id, id]);
  await expect(search('tag=searched&status=failed,cancelled')).resolves.toEqual([id]);
  await expect(search(`id=${id}`)).resolves.toEqual([id]);
  await expect(search('errorText=file%20five&task=images.create-thumbnail')).resolves.toEqual([id]);
  await expect(search('tag=searched&until=2020-01-01T00:00:00Z')).resolves.toEqual([]);
});

test.for([
  { target: 'GET /dead-letters', json: undefined },
  { target: 'GET /search', json: undefined },
  { target: 'POST /dead-letters/redrive', json: { all: true } },
  { target: 'POST /dead-letters/delete', json: { all: true } },
])('$target is for operators only', async ({ target, json }) => {
  const ask = async (who: { token?: string; key?: string }) =>
    (await api.call(target, { ...who, ...(json === undefined ? {} : { json }) })).status;
  const person = await registered(api);
  const machine = await newKey(api);
  const operator = await registeredOperator(api);

  await expect(ask({})).resolves.toBe(401);
  await expect(ask({ token: person.token })).resolves.toBe(403);
  await expect(ask({ key: machine.key })).resolves.toBe(403);
  await expect(ask({ token: operator.token })).resolves.toBe(200);
});

test.for([
  { wrong: 'no selection', json: {}, path: 'filter' },
  { wrong: 'two selections', json: { all: true, ids: ['x'] }, path: 'filter' },
  { wrong: 'an empty filter', json: { filter: {} }, path: 'filter' },
  { wrong: 'a filter that is none', json: { filter: { colour: 'red' } }, path: 'filter.colour' },
  { wrong: 'a field that is none', json: { all: true, now: true }, path: 'now' },
])('a redrive with $wrong is refused', async ({ json, path }) => {
  const { status, body } = await redrive(json);

  expect([status, body.error.code, body.error.path]).toEqual([400, 'invalid_request', path]);
});

test.for([
  { wrong: 'a time that is none', query: 'since=soon', path: 'since' },
  { wrong: 'a limit out of range', query: 'limit=5000', path: 'limit' },
  { wrong: 'a field that is none', query: 'colour=red', path: 'colour' },
  { wrong: 'a cursor of another question', query: 'cursor=x', path: 'cursor' },
])('a list with $wrong is refused', async ({ query, path }) => {
  const { status, body } = await api.call(`GET /dead-letters?${query}`, { key });

  expect([status, body.error.path]).toEqual([400, path]);
});

test('why a job waits is told to its owner, and to operators with what to do', async () => {
  const owner = await registered(api);
  const stranger = await registered(api);
  const { id } = await api.producer.enqueue(
    createVariant,
    { imageId: 'seven', variant: 'medium' },
    { owner: owner.id, delayMs: 60_000 },
  );
  const ask = (who: { token?: string; key?: string }) =>
    api.call(`GET /jobs/status/${id}/why`, who);

  const own = await ask({ token: owner.token });
  const operators = await ask({ key });
  const strangers = await ask({ token: stranger.token });
  const nobodys = await ask({});

  expect(own.status).toBe(200);
  expect(own.headers.get('cache-control')).toBe('no-store');
  expect(own.body).toMatchObject({ jobId: id, status: 'scheduled' });
  expect(own.body.reasons[0]).toEqual({
    code: 'delayed',
    severity: 'waiting',
    message: expect.stringContaining('It is to start at') as string,
  });
  // The worker of these tests knows thumbnails only.
  expect(operators.body.reasons[1]).toMatchObject({
    code: 'unknown_task',
    severity: 'blocking',
    detail: { task: 'images.create-variant' },
    fix: expect.stringContaining('handler') as string,
  });
  expect(strangers.status).toBe(404);
  expect(nobodys.status).toBe(401);
});
