import { z } from 'zod';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import type { MailDetail } from '../mailbox.ts';
import { newPassword } from '../visitor.ts';
import type { Story } from './story.ts';

const LoggedIn = z.looseObject({ token: z.string() });

export const passwordReset: Story = {
  title: 'Somebody forgets a password and chooses a new one',
  async play({ http, mailbox, follow, link, say, apiKey }, { email }) {
    await http.send('/password-resets', { method: 'POST', body: { email }, expect: 202 });

    // The answer names no job, so that it tells nobody who has an account; the mail does.
    const mail = await mailbox.expectMail({ to: email, subject: /password/ });
    const jobId = jobIdOf(mail);
    await follow([{ jobId, name: 'emails.send-password-reset-email' }], { token: apiKey });
    const password = newPassword();
    await http.send(`/password-resets/${tokenIn(mail)}`, {
      method: 'POST',
      body: { password },
      expect: 204,
    });
    await http.json('/login', LoggedIn, { method: 'POST', body: { email, password } });

    link(jobId, mailbox.linkTo(mail));
    say('The link in the mail works, and so does the new password');
  },
};

/** A mail's Message-ID begins with the id of the job that sent it. */
const jobIdOf = ({ messageId }: MailDetail) => {
  const jobId = /^<([^@>]+)@/.exec(messageId ?? '')?.[1];
  if (jobId !== undefined) return jobId;
  throw new WrongResultError('The mail is wrong', `its Message-ID ${messageId} names no job`);
};

const tokenIn = ({ text }: MailDetail) => {
  const token = /#token=([\w-]+)/.exec(text ?? '')?.[1];
  if (token !== undefined) return token;
  throw new WrongResultError('The mail is wrong', 'its text holds no link with a token');
};
