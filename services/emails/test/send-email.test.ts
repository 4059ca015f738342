import { pruneEmailLedger, sendEmail } from '@shared/contracts';
import { type ConnectedDatabase, emailLedger } from '@shared/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, openPostOffice } from './post-office.ts';
import { startScriptedSmtp } from './scripted-smtp.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const mail = {
  to: 'ada@example.com',
  subject: 'Your report',
  text: 'Here it is.\n<b>Not bold.</b>',
};

test('a mail is sent as it is given, with what lies in storage and a way to end such mails', async () => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });
  await office.storage.put('reports/7.csv', Buffer.from('a;b\n1;2\n'), { contentType: 'text/csv' });

  const job = await office.platform.enqueue(sendEmail, {
    ...mail,
    replyTo: 'grace@example.com',
    attachments: [
      { key: 'reports/7.csv', filename: 'Jahresübersicht.csv', contentType: 'text/csv' },
    ],
    unsubscribeUrl: 'https://taskyard.example/unsubscribe?who=7',
  });
  await job.result({ timeoutMs: 10_000 });

  const [kept] = smtp.kept;
  expect(kept).toMatchObject({
    subject: 'Your report',
    replyTo: [{ address: 'grace@example.com' }],
    text: expect.stringMatching(/^Here it is\.\n<b>Not bold\.<\/b>\n+$/),
    attachments: [{ filename: 'Jahresübersicht.csv', mimeType: 'text/csv' }],
  });
  expect(kept?.html).toContain('&lt;b&gt;Not bold.');
  const content = kept?.attachments[0]?.content;
  expect(Buffer.from(content as ArrayBuffer).toString()).toBe('a;b\n1;2\n');
  expect(kept?.headers).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        key: 'list-unsubscribe',
        value: '<https://taskyard.example/unsubscribe?who=7>',
      }),
      expect.objectContaining({
        key: 'list-unsubscribe-post',
        value: 'List-Unsubscribe=One-Click',
      }),
    ]),
  );
});

test('HTML of one’s own goes out beside the text', async () => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const job = await office.platform.enqueue(sendEmail, { ...mail, html: '<p>Here it is.</p>' });
  await job.result({ timeoutMs: 10_000 });

  expect(smtp.kept).toMatchObject([{ html: expect.stringContaining('<p>Here it is.</p>') }]);
});

test('an attachment that is not there ends the job, and nothing goes out without it', async () => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const job = await office.platform.enqueue(sendEmail, {
    ...mail,
    attachments: [{ key: 'reports/none.csv', filename: 'none.csv' }],
  });

  await expect(job.result({ timeoutMs: 10_000 })).rejects.toMatchObject({
    failureCode: 'attachment_missing',
  });
  expect(smtp.offers()).toBe(0);
});

test('attachments that no provider takes are refused before they are read', async () => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });
  const six = Buffer.alloc(6 * 1_048_576);
  for (const name of ['a', 'b']) {
    await office.storage.put(`large/${name}`, six, { contentType: 'text/plain' });
  }

  const job = await office.platform.enqueue(sendEmail, {
    ...mail,
    attachments: ['a', 'b'].map((name) => ({ key: `large/${name}`, filename: name })),
  });

  await expect(job.result({ timeoutMs: 10_000 })).rejects.toMatchObject({
    failureCode: 'attachments_too_large',
  });
  expect(smtp.offers()).toBe(0);
});

test.for([
  { why: 'a subject that is empty', change: { subject: '' }, path: 'subject' },
  {
    why: 'a file name with a path',
    change: { attachments: [{ key: 'a', filename: '../a' }] },
    path: 'attachments.0.filename',
  },
  {
    why: 'plain HTTP to unsubscribe',
    change: { unsubscribeUrl: 'http://a.example' },
    path: 'unsubscribeUrl',
  },
])('$why is refused', async ({ change, path }) => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });

  const refused = office.platform.enqueue(sendEmail, { ...mail, ...change });

  await expect(refused).rejects.toMatchObject({ code: 'invalid_payload', path });
});

test('the ledger forgets mails that are older than any job that could send them again', async () => {
  await using smtp = await startScriptedSmtp();
  await using office = await openPostOffice({ smtpUrl: smtp.url, database });
  const dayMs = 86_400_000;
  const entry = { task: 'a', status: 'sent', fence: 1 } as const;
  await database.insert(emailLedger).values([
    { ...entry, jobId: 'old', updatedAt: new Date(Date.now() - 31 * dayMs) },
    { ...entry, jobId: 'young', updatedAt: new Date(Date.now() - 29 * dayMs) },
  ]);

  const first = await (await office.platform.enqueue(pruneEmailLedger, {})).result();
  const second = await (await office.platform.enqueue(pruneEmailLedger, {})).result();

  expect([first, second]).toEqual([{ deliveries: 1 }, { deliveries: 0 }]);
  const left = await database.select({ jobId: emailLedger.jobId }).from(emailLedger);
  expect(left.map(({ jobId }) => jobId)).toContain('young');
});
