import { testDatabaseUrl } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../src/ask.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { endOfJob } from '../src/follow-job.ts';
import { mailsTo } from '../src/mails.ts';
import { newcomer, registered } from '../src/people.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({
    services: ['mailbox', 'web', 'emails'],
    databaseUrl: await testDatabaseUrl(),
  });
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('whoever registers is greeted by mail', async () => {
  const account = newcomer();

  const { status, body } = await ask(`${fleet.url}/register`, { method: 'POST', json: account });

  expect(status).toBe(201);
  expect(body).toMatchObject({ user: { email: account.email }, jobId: expect.any(String) });
  const end = await endOfJob(fleet.url, { jobId: body.jobId, token: body.token });
  expect(end).toMatchObject({ status: 'complete', attempts: 1, error: null });
  expect(await mailsTo(fleet.mailboxUrl, account.email)).toMatchObject([
    {
      to: account.email,
      subject: 'Welcome to Taskyard, Ada',
      text: expect.stringContaining('Ada'),
    },
  ]);
});

test('a job is seen by whoever it belongs to and by operators', async () => {
  const { jobId, token } = await registered(fleet.url);

  const mine = await ask(`${fleet.url}/jobs/status/${jobId}`, { token });
  const operators = await ask(`${fleet.url}/jobs/status/${jobId}`, { token: fleet.apiKey });

  expect([mine.status, operators.status]).toEqual([200, 200]);
  const fields =
    'jobId task queue status progress result error attempts enqueuedAt startedAt finishedAt';
  expect(Object.keys(mine.body)).toEqual(fields.split(' '));
});

test.for([
  { request: 'status', method: 'GET', path: '' },
  { request: 'events', method: 'GET', path: '/events' },
  { request: 'cancellation', method: 'DELETE', path: '' },
])('the $request of somebody else’s job is not to be had', async ({ method, path }) => {
  const owner = await registered(fleet.url);
  const stranger = await registered(fleet.url);
  const address = `${fleet.url}/jobs/status/${owner.jobId}${path}`;

  const foreign = await ask(address, { method, token: stranger.token });
  const anonymous = await ask(address, { method });
  const unknown = await ask(`${fleet.url}/jobs/status/no-such-job${path}`, {
    method,
    token: stranger.token,
  });

  expect(foreign).toMatchObject({ status: 404, body: { error: { code: 'job_not_found' } } });
  expect(anonymous).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } });
  expect(unknown.status).toBe(404);
});

test('an address that is taken is refused, and its owner hears nothing of it', async () => {
  const owner = await registered(fleet.url);
  await endOfJob(fleet.url, owner);

  const { status, body } = await ask(`${fleet.url}/register`, {
    method: 'POST',
    json: { ...newcomer(), email: owner.email },
  });

  expect({ status, code: body.error.code }).toEqual({ status: 409, code: 'email_taken' });
  expect(await mailsTo(fleet.mailboxUrl, owner.email)).toHaveLength(1);
});

const applicationTo = (employerEmail: string) => ({
  employerEmail,
  employerName: 'Charles',
  jobTitle: 'Analyst of engines',
  applicantName: 'Ada',
  applicantEmail: 'ada@example.com',
  jobId: 1843,
});

const enqueueApplication = (employer: string, options: Record<string, unknown>) =>
  ask(`${fleet.url}/tasks/emails.send-job-application-email`, {
    method: 'POST',
    token: fleet.apiKey,
    json: { payload: applicationTo(employer), options },
  });

test('the same id twice is one job and one mail', async () => {
  const employer = newcomer().email;
  const id = `application-${employer}`;

  const answers = [
    await enqueueApplication(employer, { id }),
    await enqueueApplication(employer, { id }),
  ];

  expect(answers.map(({ status, body }) => [status, body.jobId, body.duplicate])).toEqual([
    [202, id, false],
    [202, id, true],
  ]);
  const end = await endOfJob(fleet.url, { jobId: id, token: fleet.apiKey });
  const afterwards = await enqueueApplication(employer, { id });
  expect(end).toMatchObject({ status: 'complete', attempts: 1 });
  expect(afterwards.body.duplicate).toBe(true);
  expect(await mailsTo(fleet.mailboxUrl, employer)).toHaveLength(1);
});

test('a job that could not start in time expires, and its mail is never sent', async () => {
  const employer = newcomer().email;

  const { body } = await enqueueApplication(employer, { delayMs: 300, expiresInMs: 100 });

  const end = await endOfJob(fleet.url, { jobId: body.jobId, token: fleet.apiKey });
  expect(end).toMatchObject({ status: 'expired', attempts: 0, result: null });
  expect(await mailsTo(fleet.mailboxUrl, employer)).toEqual([]);
});

test('a mail that the mail server refuses for good fails at once, with its reason', async () => {
  const { body } = await enqueueApplication('bounce@example.com', {});

  const end = await endOfJob(fleet.url, { jobId: body.jobId, token: fleet.apiKey });

  expect(end).toMatchObject({ status: 'failed', attempts: 1, error: { retryable: false } });
});

test('a payload that does not fit is refused by the name of its field', async () => {
  const { status, body } = await enqueueApplication('no address', {});

  expect(status).toBe(422);
  expect(body.error).toMatchObject({ code: 'invalid_payload', path: 'employerEmail' });
});

test('a mail waits for a worker that is being replaced', async () => {
  await fleet.process('emails').terminate();
  const { jobId, token, email } = await registered(fleet.url);
  const waiting = await ask(`${fleet.url}/jobs/status/${jobId}`, { token });

  await fleet.start('emails');

  expect(waiting.body.status).toBe('queued');
  expect(await endOfJob(fleet.url, { jobId, token })).toMatchObject({ status: 'complete' });
  expect(await mailsTo(fleet.mailboxUrl, email)).toHaveLength(1);
});
