import { claimDelivery, type ConnectedDatabase, emailLedger } from '@shared/database';
import type { Logger } from '@shared/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver } from '../src/deliver.ts';
import type { Mailer, MailMessage } from '../src/mailer.ts';
import { openDatabase, openMailer } from './post-office.ts';
import { startScriptedSmtp } from './scripted-smtp.ts';

const message: MailMessage = {
  to: { name: 'Ada', address: 'ada@example.com' },
  subject: 'Hello',
  html: '<p>secret-token</p>',
  text: 'secret-token',
};

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** One run of the job, and what it logged. */
const attemptOf = (jobId: string, fence: number) => {
  const lines: { level: string; fields: object; text: string }[] = [];
  const note = (level: string) => (fields: object, text: string) =>
    lines.push({ level, fields, text });
  // `deliver` uses these of a logger.
  const log = { info: note('info'), warn: note('warn'), error: note('error') } as unknown as Logger;
  const { signal } = new AbortController();
  return { jobId, task: 'emails.send-welcome-email', fence, signal, log, lines };
};

const ledgerOf = async (jobId: string) =>
  (await database.select().from(emailLedger)).filter((entry) => entry.jobId === jobId);

/** Sends for real, and then never comes back to tell. */
const crashingAfter = (mailer: Mailer): Mailer => ({
  ...mailer,
  async send(...mail) {
    await mailer.send(...mail);
    throw new Error('the worker was killed here');
  },
});

test('a job that runs again after its mail was sent returns the receipt and sends nothing', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = openMailer(smtp.url);

  const first = await deliver(message, attemptOf('twice', 1), { mailer, database });
  const second = await deliver(message, attemptOf('twice', 2), { mailer, database });

  expect(second).toEqual(first);
  expect(smtp.offers()).toBe(1);
  expect(await ledgerOf('twice')).toMatchObject([
    { status: 'sent', provider: 'smtp', messageId: '<twice@taskyard.example>', fence: 1 },
  ]);
});

test('after a crash between sending and noting it, the same mail is sent again under the same Message-ID', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = openMailer(smtp.url);
  const crashed = deliver(message, attemptOf('crashed', 1), {
    mailer: crashingAfter(mailer),
    database,
  });
  await expect(crashed).rejects.toThrow('killed');

  const next = attemptOf('crashed', 2);
  await deliver(message, next, { mailer, database });

  const ids = smtp.kept.map(({ messageId }) => messageId);
  expect(ids).toEqual(['<crashed@taskyard.example>', '<crashed@taskyard.example>']);
  expect(next.lines[0]).toMatchObject({
    level: 'warn',
    text: 'mail may have been sent, sending it again',
  });
});

test('an attempt that was overtaken sends nothing and leaves the newer claim alone', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = openMailer(smtp.url);
  await claimDelivery(database, {
    jobId: 'overtaken',
    task: 'emails.send-welcome-email',
    fence: 2,
  });

  const older = deliver(message, attemptOf('overtaken', 1), { mailer, database });

  await expect(older).rejects.toMatchObject({ code: 'delivery_superseded' });
  expect(smtp.offers()).toBe(0);
  expect(await ledgerOf('overtaken')).toMatchObject([{ status: 'sending', fence: 2 }]);
});

test.for([
  { reason: 'refused', step: { refuse: 550, message: '5.1.1 no' }, code: 'mail_refused' },
  { reason: 'deferred', step: { refuse: 451, message: '4.3.0 later' }, code: 'mail_deferred' },
  {
    reason: 'read and refused',
    step: { refuseContent: 554, message: '5.7.1 spam' },
    code: 'mail_refused',
  },
])('a mail that was $reason leaves no claim: it is known not to be out', async ({ step, code }) => {
  await using smtp = await startScriptedSmtp({ script: [step] });
  await using mailer = openMailer(smtp.url);

  const sending = deliver(message, attemptOf(code, 1), { mailer, database });

  await expect(sending).rejects.toMatchObject({ code });
  expect(await ledgerOf(code)).toEqual([]);
});

test('a mail whose line broke keeps its claim: it may be out', async () => {
  await using smtp = await startScriptedSmtp({ script: [{ dropAfterData: true }] });
  await using mailer = openMailer(smtp.url);

  const sending = deliver(message, attemptOf('broken', 1), { mailer, database });

  await expect(sending).rejects.toMatchObject({ mayHaveBeenSent: true });
  expect(await ledgerOf('broken')).toMatchObject([{ status: 'sending', fence: 1 }]);
});

test('a mail that is out completes its job even when the ledger cannot be written any more', async () => {
  await using database = await openDatabase();
  await using smtp = await startScriptedSmtp();
  await using mailer = openMailer(smtp.url);
  const losingTheLedger: Mailer = {
    ...mailer,
    async send(...mail) {
      const receipt = await mailer.send(...mail);
      await database.$client.query('drop table email_ledger');
      return receipt;
    },
  };

  const attempt = attemptOf('unnoted', 1);
  const receipt = await deliver(message, attempt, { mailer: losingTheLedger, database });

  expect(receipt.messageId).toBe('<unnoted@taskyard.example>');
  expect(attempt.lines).toContainEqual(
    expect.objectContaining({ level: 'error', text: 'mail sent but not noted in the ledger' }),
  );
});

test('no address and no content reaches the log', async () => {
  await using smtp = await startScriptedSmtp();
  await using mailer = openMailer(smtp.url);
  const attempts = [attemptOf('quiet', 1), attemptOf('quiet', 2)];

  for (const attempt of attempts) await deliver(message, attempt, { mailer, database });

  const logged = JSON.stringify(attempts.flatMap(({ lines }) => lines));
  expect(logged).toContain('mail accepted');
  expect(logged).not.toMatch(/ada|secret-token/);
});
