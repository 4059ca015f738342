import type { MailMessage } from './mailer.ts';

/** What our mails say of themselves beside what every mail does. */
export const headersOf = ({
  unsubscribeUrl,
}: Pick<MailMessage, 'unsubscribeUrl'>): Record<string, string> => ({
  // Keeps out-of-office programs from answering (RFC 3834).
  'Auto-Submitted': 'auto-generated',
  // One click: the mail program sends the POST itself, without opening a page (RFC 8058).
  ...(unsubscribeUrl !== undefined && {
    'List-Unsubscribe': `<${unsubscribeUrl}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }),
});
