import { exampleTask, keepHouse } from '@shared/contracts';
import { outboxIn } from '@shared/database';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi({ spools: true });
});
afterAll(() => api[Symbol.asyncDispose]());

const key = OPERATOR_KEY;

const list = async (query = '') => {
  const { status, body } = await api.call(`GET /held-jobs${query}`, { key });
  expect(status).toBe(200);
  return body;
};

/** A row of the outbox that is refused, since a job of another queue has its id. */
const refusedJob = async (id: string) => {
  const options = { id, delayMs: 60_000 };
  const inTheWay = await api.producer.enqueue({ ...keepHouse, queue: 'elsewhere' }, {}, options);
  await api.database.transaction(async (transaction) => {
    const held = { id, transaction: outboxIn(transaction) };
    await api.producer.enqueue(exampleTask, { message: 'kept' }, held);
  });
  await api.relay.flush();
  await eventually(async () =>
    expect((await list('?refused=true')).jobs).toContainEqual({
      where: 'outbox',
      jobId: id,
      task: exampleTask.name,
      queue: exampleTask.queue,
      enqueuedAt: expect.any(String),
      refused: expect.stringContaining(id),
    }),
  );
  return inTheWay;
};

test('a refused job is listed and counted, redriven, and then in its queue', async () => {
  const inTheWay = await refusedJob('again');
  const { body: metrics } = await api.call('GET /metrics');
  const { counts } = await list();
  await inTheWay.cancel();
  await api.producer.redis.del(`{${api.prefix}}:elsewhere:again`);

  const answer = await api.call('POST /held-jobs/redrive', { key, json: { ids: ['again', 'x'] } });

  expect(answer.body).toEqual({ jobs: [{ where: 'outbox', jobId: 'again' }], unknown: ['x'] });
  expect(counts).toEqual([
    { where: 'outbox', waiting: 0, refused: 1 },
    { where: 'spool', waiting: 0, refused: 0 },
  ]);
  expect(metrics).toContain('taskyard_held_jobs{where="outbox",state="refused"} 1');
  await eventually(async () =>
    expect((await (await api.producer.jobById('again')).record()).task).toBe(exampleTask.name),
  );
  expect((await list()).jobs).toEqual([]);
});

test('all that was refused is deleted at once', async () => {
  await refusedJob('one');
  await refusedJob('two');

  const answer = await api.call('POST /held-jobs/delete', { key, json: { all: true } });

  expect(answer.body.jobs).toHaveLength(2);
  expect(await list()).toMatchObject({ jobs: [], counts: [{ refused: 0 }, { refused: 0 }] });
});

test.for([
  { what: 'nothing', json: {} },
  { what: 'two ways', json: { ids: ['a'], all: true } },
  { what: 'all but not quite', json: { all: false } },
])('a request that names $what is refused', async ({ json }) => {
  const { status, body } = await api.call('POST /held-jobs/delete', { key, json });

  expect([status, body.error.code]).toEqual([400, 'invalid_request']);
});

test('held jobs are for operators', async () => {
  const machine = await newKey(api);

  expect((await api.call('GET /held-jobs')).status).toBe(401);
  expect((await api.call('GET /held-jobs', { key: machine.key })).status).toBe(403);
  const json = { all: true };
  expect((await api.call('POST /held-jobs/delete', { key: machine.key, json })).status).toBe(403);
});
