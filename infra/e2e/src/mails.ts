import { ask } from './ask.ts';

export type Mail = {
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
};

/** The mails to one address that are in the mailbox now, newest first. */
export const mailsTo = async (mailboxUrl: string, to: string): Promise<Mail[]> => {
  const { body } = await ask(`${mailboxUrl}/api/messages?to=${encodeURIComponent(to)}`);
  return body as Mail[];
};
