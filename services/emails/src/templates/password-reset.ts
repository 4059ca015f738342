import type { MailMessage } from '../mailer.ts';
import { plainLine } from '../plain-line.ts';
import { linkTo } from './link-to.ts';
import { renderTemplate } from './render.ts';

/**
 * The mail with the link that lets somebody choose a new password. The token stands behind a `#`,
 * which browsers keep to themselves: it reaches no access log and no Referer header.
 */
export const renderPasswordReset = (
  { userEmail, userName, resetToken }: { userEmail: string; userName: string; resetToken: string },
  { publicUrl }: { publicUrl: string },
): MailMessage => {
  const name = plainLine(userName, { maxLength: 60, fallback: '' });
  return {
    to: { name, address: userEmail },
    ...renderTemplate('password-reset', {
      subject: 'Choose a new password for Taskyard',
      preview: 'The link works once, and only for a short while.',
      reason: 'You get this mail because somebody asked for a new password with this address.',
      name: name === '' ? 'there' : name,
      link: linkTo(publicUrl, `reset-password#token=${encodeURIComponent(resetToken)}`),
    }),
  };
};
