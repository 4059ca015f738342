import { WrongResultError } from '../errors/wrong-result-error.ts';
import { enqueueTask } from '../enqueue-task.ts';
import type { Story } from './story.ts';

export const jobApplication: Story = {
  title: 'A program with an API key has an employer told of an application',
  async play({ http, mailbox, follow, link, say, apiKey: token }, { email, firstName }) {
    const employer = email.replace('@', '+hiring@');
    const task = 'emails.send-job-application-email';
    const jobId = await enqueueTask(
      http,
      { task, token },
      {
        employerEmail: employer,
        employerName: 'Charles',
        jobTitle: 'Analyst of engines',
        applicantName: firstName,
        applicantEmail: email,
        jobId: 1843,
      },
    );
    await follow([{ jobId, name: task }], { token });

    const mail = await mailbox.expectMail({ to: employer, subject: /^Ada applied for Analyst/ });
    if (!mail.replyTo.includes(email)) {
      throw new WrongResultError('The mail is wrong', `an answer to it goes to ${mail.replyTo}`);
    }

    link(jobId, mailbox.linkTo(mail));
    say(`"${mail.subject}" is in the mailbox`);
  },
};
