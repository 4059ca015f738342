import type { Story } from './story.ts';

export const welcomeMail: Story = {
  title: 'A newcomer registers and is greeted by mail',
  async play({ follow, mailbox, link, say }, { email, firstName, token, welcomeJobId: jobId }) {
    await follow([{ jobId, name: 'emails.send-welcome-email' }], { token });

    const mail = await mailbox.expectMail({
      to: email,
      subject: new RegExp(`^Welcome.*${firstName}`),
    });

    link(jobId, mailbox.linkTo(mail));
    say(`"${mail.subject}" is in the mailbox`);
  },
};
