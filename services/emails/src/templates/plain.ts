import type { MailMessage } from '../mailer.ts';
import { plainLine } from '../plain-line.ts';
import { renderTemplate } from './render.ts';

/** A mail whose words are somebody else's; its HTML is made of the text unless given. */
export const renderPlain = (mail: {
  to: string;
  toName: string;
  subject: string;
  text: string;
  html?: string | undefined;
  replyTo?: string | undefined;
  unsubscribeUrl?: string | undefined;
}): MailMessage => {
  const { to, toName, text, html, replyTo, unsubscribeUrl } = mail;
  const subject = plainLine(mail.subject, { maxLength: 300, fallback: 'A message for you' });
  const rendered = renderTemplate('plain', {
    subject,
    preview: text.slice(0, 120),
    reason: 'You get this mail because somebody had Taskyard send it to this address.',
    text,
  });
  return {
    to: { name: plainLine(toName, { maxLength: 60, fallback: '' }), address: to },
    ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
    ...(unsubscribeUrl === undefined ? {} : { unsubscribeUrl }),
    subject,
    text: rendered.text,
    html: html ?? rendered.html,
  };
};
