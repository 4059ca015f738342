import { trackUserEvent } from '@shared/contracts';
import { insertEvents, rollUpDay, type TrackedEvent } from '@shared/database';
import { searchJobs } from '@shared/queue';
import { eventually } from '@shared/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, registered, registeredOperator } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const recordOf = async (jobId: string) => (await api.producer.jobById(jobId)).record();

const event = { eventType: 'search', eventData: { words: 'analyst' } };

test("a person's event is theirs, and becomes a job that they can watch", async () => {
  const ada = await registered(api);

  const { status, headers, body } = await api.call('POST /events', { ...ada, json: event });

  expect([status, headers.get('location')]).toEqual([202, body.statusUrl]);
  expect(await recordOf(body.jobId)).toMatchObject({
    task: trackUserEvent.name,
    owner: ada.id,
    origin: 'http',
    payload: { ...event, userId: ada.id },
  });
});

test('a program says whose event it is, and with an id of its own may send it twice', async () => {
  const { key } = await newKey(api);
  const json = { ...event, userId: 'user-of-theirs', id: `theirs-${randomUUID()}` };

  const first = await api.call('POST /events', { key, json });
  const second = await api.call('POST /events', { key, json });

  expect([first.body.jobId, first.body.duplicate]).toEqual([json.id, false]);
  expect([second.body.jobId, second.body.duplicate]).toEqual([json.id, true]);
  expect(await recordOf(json.id)).toMatchObject({ payload: { userId: 'user-of-theirs' } });
});

test.for([
  { what: 'no type', json: {}, path: 'eventType' },
  { what: 'a type with spaces', json: { eventType: 'job view' }, path: 'eventType' },
  { what: 'data that is a list', json: { eventType: 'x', eventData: [1] }, path: 'eventData' },
  {
    what: 'the year 1970',
    json: { ...event, occurredAt: '1970-01-01T00:00:00Z' },
    path: 'occurredAt',
  },
  { what: 'another user', json: { ...event, userId: 'charles' }, path: 'userId' },
  { what: 'a field nobody knows', json: { ...event, colour: 'red' }, path: 'colour' },
])('an event with $what is refused', async ({ json, path }) => {
  const { token } = await registered(api);

  const { status, body } = await api.call('POST /events', { token, json });

  expect([status, body.error.code, body.error.path]).toEqual([400, 'invalid_request', path]);
});

test('an event of a program without a user is refused, and so is one of nobody', async () => {
  const { key } = await newKey(api);

  const nobodys = await api.call('POST /events', { key, json: event });
  const stranger = await api.call('POST /events', { json: event });

  expect([nobodys.status, nobodys.body.error.path]).toEqual([400, 'userId']);
  expect(stranger.status).toBe(401);
});

test('a job post is shown, and that it was viewed is tracked behind the answer', async () => {
  const [ada, charles] = [await registered(api), await registered(api)];
  const json = { title: 'Analyst of engines', description: '' };
  const { job: post } = (await api.call('POST /jobs', { ...ada, json })).body;

  const { status, body } = await api.call(`GET /jobs/${post.id}`, charles);

  expect(status).toBe(200);
  expect(body.job).toMatchObject({ id: post.id, title: json.title, employer: { id: ada.id } });
  const viewed = await eventually(async () => {
    const address = { redis: api.producer.redis, prefix: api.prefix };
    const found = await searchJobs(address, { task: trackUserEvent.name });
    const records = await Promise.all(found.jobs.map(({ jobId }) => recordOf(jobId)));
    const views = records.filter(({ owner }) => owner === charles.id);
    expect(views).toHaveLength(1);
    return views[0];
  });
  expect(viewed?.payload).toMatchObject({
    userId: charles.id,
    eventType: 'job_view',
    eventData: { jobId: post.id, jobTitle: json.title },
  });
});

test('a job post that is not there is not found', async () => {
  const { token } = await registered(api);

  const { status, body } = await api.call(`GET /jobs/${randomUUID()}`, { token });

  expect([status, body.error.code]).toEqual([404, 'job_post_not_found']);
});

/** An event of one day, at a time of it. */
const tracked = (time: string, change: Partial<TrackedEvent> = {}): TrackedEvent => ({
  ...event,
  userId: 'ada',
  jobId: randomUUID(),
  occurredAt: new Date(`2026-05-04T${time}Z`),
  ...change,
});

test('counts are told by day and type, and by hour, as far as they were rolled up', async () => {
  await insertEvents(api.database, [
    tracked('09:10:00'),
    tracked('09:50:00', { userId: 'charles' }),
    tracked('10:00:00', { eventType: 'login' }),
  ]);
  await rollUpDay(api.database, '2026-05-04');
  const range = '?from=2026-05-01&to=2026-05-31';

  const days = await api.call(`GET /analytics/daily${range}`, { key: OPERATOR_KEY });
  const searches = await api.call(`GET /analytics/daily${range}&eventType=search`, {
    key: OPERATOR_KEY,
  });
  const hours = await api.call(`GET /analytics/hourly${range}`, { key: OPERATOR_KEY });

  const rolledUpAt = expect.stringMatching(/^\d{4}-/);
  const day = '2026-05-04';
  expect(days.body).toEqual({
    from: '2026-05-01',
    to: '2026-05-31',
    days: [
      { day, eventType: 'login', events: 1, users: 1, rolledUpAt },
      { day, eventType: 'search', events: 2, users: 2, rolledUpAt },
    ],
  });
  expect(searches.body.days).toHaveLength(1);
  expect(hours.body.hours).toEqual([
    { hour: '2026-05-04T09:00:00.000Z', eventType: 'search', events: 2, users: 2 },
    { hour: '2026-05-04T10:00:00.000Z', eventType: 'login', events: 1, users: 1 },
  ]);
});

test('without a range the last 30 days are told', async () => {
  const { body } = await api.call('GET /analytics/daily', { key: OPERATOR_KEY });

  expect(Date.parse(body.to) - Date.parse(body.from)).toBe(29 * 86_400_000);
});

test.for([
  { query: 'from=yesterday', path: 'from' },
  { query: 'from=2026-05-02&to=2026-05-01', path: 'from' },
  { query: 'from=2020-01-01&to=2026-05-01', path: 'from' },
  { query: 'kind=search', path: 'kind' },
])('counts for ?$query are refused', async ({ query, path }) => {
  const { status, body } = await api.call(`GET /analytics/daily?${query}`, { key: OPERATOR_KEY });

  expect([status, body.error.code, body.error.path]).toEqual([400, 'invalid_request', path]);
});

test('counts are for operators and programs', async () => {
  const [person, operator] = [await registered(api), await registeredOperator(api)];
  const { key } = await newKey(api);

  const answers = await Promise.all([
    api.call('GET /analytics/daily'),
    api.call('GET /analytics/daily', { token: person.token }),
    api.call('GET /analytics/daily', { token: operator.token }),
    api.call('GET /analytics/hourly', { key }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([401, 403, 200, 200]);
});
