import { sendJobApplicationEmail, sendNewFollowerNotification } from '@shared/contracts';
import { eventually } from '@shared/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registered } from './people.ts';
import { type Api, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const recordOf = async (jobId: string) => (await api.producer.jobById(jobId)).record();

const post = { title: 'Analyst of engines', description: 'Punched cards, mostly.' };

const posted = async (token: string) =>
  (await api.call('POST /jobs', { token, json: post })).body.job as { id: string };

test('who is followed is told, by a job that the follower can watch', async () => {
  const [ada, charles] = [await registered(api), await registered(api)];

  const { status, body } = await api.call(`POST /users/${charles.id}/follow`, ada);

  expect([status, body.followed.id]).toEqual([201, charles.id]);
  expect(await recordOf(body.jobId)).toMatchObject({
    task: sendNewFollowerNotification.name,
    owner: ada.id,
    origin: 'http',
    payload: { followerId: ada.id, followerName: 'Ada', followedUserId: charles.id },
  });
});

test('following twice tells once, also with no longer following in between', async () => {
  const [ada, charles] = [await registered(api), await registered(api)];
  const first = await api.call(`POST /users/${charles.id}/follow`, ada);

  const second = await api.call(`POST /users/${charles.id}/follow`, ada);
  const left = await api.call(`DELETE /users/${charles.id}/follow`, ada);
  const third = await api.call(`POST /users/${charles.id}/follow`, ada);

  expect([second.status, second.body.jobId, left.status]).toEqual([200, null, 204]);
  expect([third.status, third.body.jobId]).toEqual([201, first.body.jobId]);
});

test('whom one can follow is shown without their addresses, and whether one does', async () => {
  const [ada, charles] = [await registered(api), await registered(api)];
  await api.call(`POST /users/${charles.id}/follow`, ada);

  const { body } = await api.call('GET /users', ada);

  expect(body.users).toContainEqual({
    id: charles.id,
    username: charles.username,
    firstName: charles.firstName,
    followed: true,
  });
  expect(body.users.map(({ id }: { id: string }) => id)).not.toContain(ada.id);
  expect(JSON.stringify(body)).not.toContain('@');
});

test('an application for a posted job is mailed to whoever posted it, once', async () => {
  const [ada, grace] = [await registered(api), await registered(api)];
  const { id } = await posted(grace.token);

  const { status, body } = await api.call(`POST /jobs/${id}/apply`, ada);
  const again = await api.call(`POST /jobs/${id}/apply`, ada);

  expect([status, body.applied]).toEqual([201, true]);
  expect([again.status, again.body]).toEqual([200, { applied: true, jobId: null }]);
  expect(await recordOf(body.jobId)).toMatchObject({
    task: sendJobApplicationEmail.name,
    payload: {
      employerEmail: grace.email,
      employerName: 'Ada',
      jobTitle: post.title,
      applicantEmail: ada.email,
      jobId: id,
    },
  });
  expect(await recordOf(`applied-${id}-${ada.id}`)).toMatchObject({
    payload: { userId: grace.id, kind: 'job-application', link: `/jobs/${id}` },
  });
});

test('the newest posts are listed first, and whose they are', async () => {
  const grace = await registered(api);
  const { id } = await posted(grace.token);

  const { body } = await api.call('GET /jobs', grace);

  expect(body.jobs[0]).toMatchObject({
    id,
    ...post,
    employer: { id: grace.id, username: grace.username },
  });
});

test.for([
  { why: 'a stranger posts', target: () => 'POST /jobs', anonymous: true, answer: 401 },
  { why: 'a post has no title', target: () => 'POST /jobs', json: { title: ' ' }, answer: 400 },
  {
    why: 'a title breaks its line',
    target: () => 'POST /jobs',
    json: { title: 'One\r\nBcc: two' },
    answer: 400,
  },
  {
    why: 'one applies for one’s own job',
    target: (_id: string, own: string) => `POST /jobs/${own}/apply`,
    answer: 400,
  },
  {
    why: 'the job is not there',
    target: () => `POST /jobs/${randomUUID()}/apply`,
    answer: 404,
  },
  { why: 'the job’s id is none', target: () => 'POST /jobs/1843/apply', answer: 404 },
  { why: 'one follows oneself', target: (id: string) => `POST /users/${id}/follow`, answer: 400 },
  { why: 'nobody is there', target: () => `POST /users/${randomUUID()}/follow`, answer: 404 },
])('where $why, it is refused with $answer', async ({ target, json, anonymous, answer }) => {
  const grace = await registered(api);
  const own = await posted(grace.token);

  const { status, body } = await api.call(target(grace.id, own.id), {
    ...(anonymous === true ? {} : { token: grace.token }),
    ...(json === undefined ? {} : { json }),
  });

  expect([status, body.error.code]).toEqual([answer, expect.any(String)]);
});

test('without a queue, following and applying work all the same', async () => {
  await using lonely = await startApi({ redisUrl: 'redis://127.0.0.1:1' });
  const [ada, grace] = [await registered(lonely), await registered(lonely)];
  const { body } = await lonely.call('POST /jobs', { ...grace, json: post });

  const answers = await Promise.all([
    lonely.call(`POST /users/${grace.id}/follow`, ada),
    lonely.call(`POST /jobs/${body.job.id}/apply`, ada),
  ]);

  expect(answers.map(({ status, body: { jobId } }) => [status, jobId])).toEqual([
    [201, null],
    [201, null],
  ]);
  await eventually(async () => {
    const { body: list } = await lonely.call('GET /users', ada);
    expect(list.users[0]).toMatchObject({ id: grace.id, followed: true });
  });
});
