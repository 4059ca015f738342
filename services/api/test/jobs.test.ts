import { createThumbnail, type Job } from '@shared/contracts';
import { implement, startWorker, type Worker } from '@shared/queue';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followEvents } from './follow-events.ts';
import { newKey, registered, registeredOperator } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

const RESULT = {
  imageId: 'photo',
  variant: 'thumbnail',
  key: 'k',
  contentType: 'image/jpeg',
  width: 250,
  height: 200,
  bytes: 9,
};

/** What the handler of a job waits for, by image id. */
const gates = new Map<string, PromiseWithResolvers<void>>();
const gateOf = (imageId: string) => {
  const gate = gates.get(imageId) ?? Promise.withResolvers<void>();
  gates.set(imageId, gate);
  return gate;
};

let api: Api;
let worker: Worker;
let person: Awaited<ReturnType<typeof registered>>;
beforeAll(async () => {
  api = await startApi({ heartbeatMs: 20 });
  person = await registered(api);
  worker = await startWorker({
    queues: ['images'],
    handlers: [
      implement(createThumbnail, async ({ imageId }, { progress, signal }) => {
        if (imageId.startsWith('broken')) throw new Error('the file is broken');
        progress(0.5, 'half of it');
        if (imageId.startsWith('waits')) {
          await Promise.race([gateOf(imageId).promise, aborted(signal)]);
        }
        return RESULT;
      }),
    ],
    redisUrl: api.redisUrl,
    prefix: api.prefix,
    concurrency: 10,
  });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

const newJob = (
  imageId: string,
  options: { owner?: string; delayMs?: number } = {},
): Promise<Job> =>
  api.producer.enqueue(createThumbnail, { imageId }, { owner: person.id, attempts: 1, ...options });

const status = (jobId: string, who: { token?: string; key?: string } = { token: person.token }) =>
  api.call(`GET /jobs/status/${jobId}`, who);

test('a job shows exactly these fields, from queued to complete', async () => {
  const job = await newJob('photo', { delayMs: 60_000 });
  const scheduled = await status(job.id);
  const done = await newJob('photo');
  await done.result();
  const complete = await status(done.id);

  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(scheduled.status).toBe(200);
  expect(scheduled.headers.get('cache-control')).toBe('no-store');
  expect(scheduled.body).toEqual({
    jobId: job.id,
    task: 'images.create-thumbnail',
    queue: 'images',
    status: 'scheduled',
    progress: 0,
    result: null,
    error: null,
    attempts: 0,
    enqueuedAt: time,
    startedAt: null,
    finishedAt: null,
  });
  expect(complete.body).toEqual({
    ...scheduled.body,
    jobId: done.id,
    status: 'complete',
    progress: 1,
    result: RESULT,
    attempts: 1,
    enqueuedAt: time,
    startedAt: time,
    finishedAt: time,
  });
});

test('a failed job tells its owner why, and its operators also where', async () => {
  const job = await newJob('broken');
  await job.result().catch(() => {});

  const { body: owners } = await status(job.id);
  const { body: operators } = await status(job.id, { key: OPERATOR_KEY });

  expect(owners).toMatchObject({ status: 'failed', result: null, attempts: 1 });
  expect(owners.error).toEqual({
    code: expect.any(String),
    message: 'the file is broken',
    retryable: expect.any(Boolean),
    attempt: 1,
    history: [
      {
        attempt: 1,
        code: expect.any(String),
        name: 'Error',
        message: 'the file is broken',
        retryable: expect.any(Boolean),
        at: expect.stringMatching(/Z$/),
      },
    ],
  });
  expect(operators.error.history[0].stack).toContain('jobs.test.ts');
});

test('a job is seen by its owner and by operators, and for others does not exist', async () => {
  const { id } = await newJob('photo', { delayMs: 60_000 });
  const stranger = { token: (await registered(api)).token };
  const machine = { key: (await newKey(api)).key };
  const operators = [
    { key: OPERATOR_KEY },
    { key: (await newKey(api, 'operator')).key },
    { token: (await registeredOperator(api)).token },
  ];

  for (const path of [id, `${id}/events`]) {
    for (const who of [stranger, machine]) {
      const foreign = await status(path, who);
      const unknown = await status(path.replace(id, 'unknown'), who);

      expect([foreign.status, foreign.body.error.code]).toEqual([404, 'job_not_found']);
      expect(JSON.stringify(foreign.body).replaceAll(id, 'unknown')).toBe(
        JSON.stringify(unknown.body),
      );
    }
    expect((await status(path, {})).status).toBe(401);
  }
  expect((await api.call(`DELETE /jobs/status/${id}`, stranger)).status).toBe(404);
  for (const who of operators) expect((await status(id, who)).status).toBe(200);
  expect((await status(id)).body.status).toBe('scheduled');
});

test('a job that nobody owns is for operators only', async () => {
  const { id } = await api.producer.enqueue(createThumbnail, { imageId: 'p' }, { delayMs: 60_000 });

  expect((await status(id)).status).toBe(404);
  expect((await status(id, { key: OPERATOR_KEY })).status).toBe(200);
});

test('the events of a job tell each change once and end with it', async () => {
  const job = await newJob('waits for the events');
  await using events = await followEvents(api.url, job.id, person);

  await events.until(({ data }) => data.progress === 0.5);
  gateOf('waits for the events').resolve();
  const all = await events.toEnd();

  expect(events.headers.get('content-type')).toBe('text/event-stream');
  expect(all.at(-1)).toEqual({
    event: 'status',
    data: { ...(await status(job.id)).body, progressMessage: 'half of it' },
  });
  expect(all.filter(({ data }) => data.status === 'complete')).toHaveLength(1);
  expect(all).toContainEqual({
    event: 'status',
    data: expect.objectContaining({ status: 'in_progress', progressMessage: 'half of it' }),
  });
});

test('the events of a job that has ended are its end', async () => {
  const job = await newJob('photo');
  await job.result();
  await using events = await followEvents(api.url, job.id, person);

  const all = await events.toEnd();

  expect(all.map(({ data }) => data.status)).toEqual(['complete']);
});

test('while nothing happens, the stream shows that it is alive', async () => {
  const job = await newJob('photo', { delayMs: 60_000 });
  await using events = await followEvents(api.url, job.id, person);

  await events.untilComment();
});

/** The jobs whose news the api listens for. */
const listenedTo = async (jobId: string) => {
  const channels = await api.producer.redis.call('pubsub', 'channels', `*${jobId}`);
  return channels as string[]; // What PUBSUB CHANNELS answers.
};

test('a client that leaves is forgotten at once', async () => {
  const job = await newJob('photo', { delayMs: 60_000 });
  const events = await followEvents(api.url, job.id, person);
  await events.until(({ data }) => data.status === 'scheduled');
  await eventually(async () => expect(await listenedTo(job.id)).toHaveLength(1));

  await events[Symbol.asyncDispose]();

  await eventually(async () => expect(await listenedTo(job.id)).toEqual([]));
});

test('a job that waits is cancelled before it runs', async () => {
  const job = await newJob('photo', { delayMs: 60_000 });

  const answer = await api.call(`DELETE /jobs/status/${job.id}`, { token: person.token });

  expect([answer.status, answer.body.jobId]).toEqual([202, job.id]);
  await eventually(async () => expect((await status(job.id)).body.status).toBe('cancelled'));
});

test('a job that runs is told to stop', async () => {
  const job = await newJob('waits to be cancelled');
  await eventually(async () => expect((await status(job.id)).body.progress).toBe(0.5));

  const answer = await api.call(`DELETE /jobs/status/${job.id}`, { token: person.token });

  expect(answer.status).toBe(202);
  await eventually(async () => expect((await status(job.id)).body.status).toBe('cancelled'));
});

test('a job that has ended cannot be cancelled', async () => {
  const job = await newJob('photo');
  await job.result();

  const answer = await api.call(`DELETE /jobs/status/${job.id}`, { token: person.token });

  expect([answer.status, answer.body.error.code]).toEqual([409, 'job_ended']);
  expect((await status(job.id)).body.status).toBe('complete');
});

test.for(['%00', 'a%3Ab', '..%2f..', 'x'.repeat(500)])('no job has the id %s', async (id) => {
  const answer = await status(id);

  expect([answer.status, answer.body.error.code]).toEqual([404, 'job_not_found']);
});
