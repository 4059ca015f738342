import {
  sendJobApplicationEmail,
  sendPasswordResetEmail,
  sendWelcomeEmail,
} from '@shared/contracts';
import type { ConnectedDatabase } from '@shared/database';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, openPostOffice } from './post-office.ts';
import { startScriptedSmtp } from './scripted-smtp.ts';

const welcome = { userEmail: 'ada@example.com', userName: 'Ada', username: 'ada' };
const atOnce = { backoff: { type: 'fixed', delayMs: 1 } } as const;

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('a welcome job ends with its mail in the mailbox and the receipt as its result', async () => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const job = await office.platform.enqueue(sendWelcomeEmail, welcome);

  const messageId = `<${job.id}@taskyard.example>`;
  await expect(job.result({ timeoutMs: 10_000 })).resolves.toEqual({ messageId, provider: 'smtp' });
  expect(smtp.kept).toMatchObject([
    {
      messageId,
      to: [{ name: 'Ada', address: 'ada@example.com' }],
      from: { name: 'Taskyard', address: 'hello@taskyard.example' },
      subject: 'Welcome to Taskyard, Ada',
      html: expect.stringContaining('Welcome, Ada</h1>'),
      text: expect.stringContaining('Welcome, Ada\n'),
    },
  ]);
});

test('application and reset mails are sent as well', async () => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const jobs = [
    await office.platform.enqueue(sendJobApplicationEmail, {
      employerEmail: 'grace@example.com',
      employerName: 'Grace',
      jobTitle: 'Engineer',
      applicantName: 'Alan',
      applicantEmail: 'alan@example.com',
      jobId: 7,
    }),
    await office.platform.enqueue(sendPasswordResetEmail, {
      userEmail: 'ada@example.com',
      userName: 'Ada',
      resetToken: '0123456789abcdef',
    }),
  ];
  for (const job of jobs) await job.result({ timeoutMs: 10_000 });

  expect(new Set(smtp.kept.map(({ subject }) => subject))).toEqual(
    new Set(['Alan applied for Engineer', 'Choose a new password for Taskyard']),
  );
});

test('a server that says "later" twice is asked a third time', async () => {
  const later = { refuse: 451, message: '4.3.0 Try again later' };
  await using smtp = await startScriptedSmtp({ script: [later, later] });
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const job = await office.platform.enqueue(sendWelcomeEmail, welcome, atOnce);
  await job.result({ timeoutMs: 10_000 });

  expect(smtp.kept).toHaveLength(1);
  expect(await job.record()).toMatchObject({ status: 'complete', attempts: 3 });
});

test('a server that refuses the recipient for good is not asked again', async () => {
  const never = { refuse: 550, message: '5.1.1 <ada@example.com> unknown' };
  await using smtp = await startScriptedSmtp({ script: [never] });
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const job = await office.platform.enqueue(sendWelcomeEmail, welcome, atOnce);

  await expect(job.result({ timeoutMs: 10_000 })).rejects.toMatchObject({
    failureCode: 'mail_refused',
  });
  expect(await job.record()).toMatchObject({ status: 'failed', attempts: 1 });
  expect(JSON.stringify((await job.record()).error)).not.toContain('ada@example.com');
  expect(smtp.offers()).toBe(1);
});

test('a server that is not there is tried until it is', async () => {
  const gone = await startScriptedSmtp();
  await gone[Symbol.asyncDispose]();
  await using office = await openPostOffice({ smtpUrl: gone.url, database });

  const job = await office.platform.enqueue(sendWelcomeEmail, welcome, {
    attempts: 50,
    backoff: { type: 'fixed', delayMs: 100 },
  });
  await eventually(async () => expect((await job.record()).attempts).toBeGreaterThan(1));
  await using smtp = await startScriptedSmtp({ port: gone.port });

  await job.result({ timeoutMs: 10_000 });
  expect(smtp.kept).toHaveLength(1);
});

test('an attempt that the server keeps waiting ends at its timeout, and the next one sends', async () => {
  await using smtp = await startScriptedSmtp({ script: [{ hang: true }] });
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const job = await office.platform.enqueue(sendWelcomeEmail, welcome, {
    ...atOnce,
    timeoutMs: 500,
  });
  await job.result({ timeoutMs: 10_000 });

  const { attempts } = await job.record();
  expect(attempts).toBe(2);
  // The first may have been taken, which nobody can know; both say that they are the same mail.
  expect(new Set(smtp.kept.map(({ messageId }) => messageId)).size).toBe(1);
});

test('a job that is cancelled while the server keeps it waiting hangs up', async () => {
  await using smtp = await startScriptedSmtp({ script: [{ hang: true }] });
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });
  const job = await office.platform.enqueue(sendWelcomeEmail, welcome, atOnce);
  await smtp.hanging;

  await job.cancel('changed my mind');

  await eventually(async () => expect(await job.status()).toBe('cancelled'));
  await eventually(() => expect(smtp.connections()).toBe(0));
  expect(smtp.offers()).toBe(1);
});
