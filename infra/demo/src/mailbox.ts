import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { WrongResultError } from './errors/wrong-result-error.ts';
import { createHttp } from './http.ts';

const Mail = z.looseObject({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string().nullable(),
  html: z.string().nullable(),
});

export type Mail = z.output<typeof Mail>;

const MailDetail = Mail.extend({ messageId: z.string().nullable(), replyTo: z.string() });

export type MailDetail = z.output<typeof MailDetail>;

/** The development mailbox, as a program reads it. */
export type Mailbox = {
  /**
   * Waits for the mail to `to` whose subject matches.
   *
   * @throws {WrongResultError} it does not come, or lacks its text or its HTML.
   */
  expectMail(expected: { to: string; subject: RegExp }): Promise<MailDetail>;
  /** Where a person looks at the mail. */
  linkTo(mail: Mail): string;
};

const WAIT_MS = 30_000;
const POLL_MS = 100;

export const createMailbox = (mailboxUrl: string): Mailbox => {
  const http = createHttp(mailboxUrl);
  return {
    linkTo: ({ id }) => `${mailboxUrl}/#/${id}`,
    async expectMail({ to, subject }) {
      const deadline = Date.now() + WAIT_MS;
      for (;;) {
        const path = `/api/messages?to=${encodeURIComponent(to)}`;
        const mails = await http.json(path, z.array(Mail));
        const found = mails.find((mail) => mail.to === to && subject.test(mail.subject));
        if (found !== undefined)
          return complete(await http.json(`/api/messages/${found.id}`, MailDetail));
        if (Date.now() >= deadline) throw missing(to, subject, mails);
        await sleep(POLL_MS);
      }
    },
  };
};

const complete = (mail: MailDetail) => {
  const empty = (
    [
      ['text', mail.text],
      ['HTML', mail.html],
    ] as const
  ).find(([, part]) => !part);
  if (empty === undefined) return mail;
  throw new WrongResultError(`Mail "${mail.subject}" is incomplete`, `it has no ${empty[0]}`);
};

const missing = (to: string, subject: RegExp, mails: readonly Mail[]) => {
  const others = mails.map((mail) => `"${mail.subject}"`).join(', ') || 'none';
  const why = `no subject matches ${subject} after ${WAIT_MS / 1_000} s; mails there: ${others}`;
  return new WrongResultError(`Mail to ${to} is missing`, why);
};
