import type { MailMessage } from '../mailer.ts';
import { plainLine } from '../plain-line.ts';
import { linkTo } from './link-to.ts';
import { renderTemplate } from './render.ts';

/** The mail that greets a new user. */
export const renderWelcome = (
  { userEmail, userName, username }: { userEmail: string; userName: string; username: string },
  { publicUrl }: { publicUrl: string },
): MailMessage => {
  const name = plainLine(userName, { maxLength: 60, fallback: '' });
  return {
    to: { name, address: userEmail },
    ...renderTemplate('welcome', {
      subject: name === '' ? 'Welcome to Taskyard' : `Welcome to Taskyard, ${name}`,
      preview: 'Your account is ready.',
      reason: 'You get this mail because an account was opened with this address.',
      greeting: name === '' ? 'Welcome' : `Welcome, ${name}`,
      username: plainLine(username, { maxLength: 60, fallback: 'the one you chose' }),
      link: linkTo(publicUrl, ''),
    }),
  };
};
