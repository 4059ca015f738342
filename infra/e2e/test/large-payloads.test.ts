import { type ListedObject, openStorage } from '@shared/storage';
import { testDatabaseUrl } from '@shared/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ask } from '../src/ask.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { endOfJob } from '../src/follow-job.ts';
import { mailsTo } from '../src/mails.ts';

let fleet: Fleet;
beforeAll(async () => {
  const services = ['web', 'emails', 'mailbox'];
  fleet = await startFleet({ services, databaseUrl: await testDatabaseUrl() });
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** Far more than stands in Redis itself. */
const LETTERS = 300 * 1_024;

test('a payload of 300 KiB over HTTP reaches its handler, and leaves the storage with its job', async () => {
  await using storage = await openStorage(fleet.env['STORAGE_URL'] ?? '');
  const stored = async () => {
    const objects: ListedObject[] = [];
    for await (const object of storage.list('jobs/')) objects.push(object);
    return objects;
  };
  const employerEmail = 'large@example.com';
  const employerName = 'x'.repeat(LETTERS);

  const { status, body } = await ask(`${fleet.url}/tasks/emails.send-job-application-email`, {
    method: 'POST',
    token: fleet.apiKey,
    json: {
      payload: {
        employerEmail,
        employerName,
        jobTitle: 'Analyst of engines',
        applicantName: 'Ada',
        applicantEmail: 'ada@example.com',
        jobId: 1843,
      },
      // Held back until it has been looked at, and gone soon after it is done.
      options: { delayMs: 3_000, keepResultMs: 3_000 },
    },
  });
  const waiting = await stored();
  const inRedis = await fleet.producer.redis.memory(
    'USAGE',
    `{${fleet.prefix}}:emails:${body.jobId}`,
  );
  const end = await endOfJob(fleet.url, { jobId: body.jobId, token: fleet.apiKey });

  expect(status).toBe(202);
  expect(waiting).toEqual([
    {
      key: expect.stringMatching(/^jobs\/emails\/.+\/payload\.json$/),
      bytes: expect.any(Number),
    },
  ]);
  expect(waiting[0]?.bytes).toBeGreaterThan(LETTERS);
  expect(inRedis).toBeLessThan(4_096);
  expect(end).toMatchObject({ status: 'complete' });
  const [mail] = await mailsTo(fleet.mailboxUrl, employerEmail);
  expect(mail?.text).toContain(employerName.slice(0, 50)); // A mail greets nobody at such length.
  await vi.waitFor(async () => expect(await stored()).toEqual([]), {
    timeout: 60_000,
    interval: 500,
  });
});
