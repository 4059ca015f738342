import type { Implementation } from '@shared/queue';
import type { PostOffice } from './deliver.ts';
import { createSendJobApplicationEmail } from './tasks/send-job-application-email.ts';
import { createSendPasswordResetEmail } from './tasks/send-password-reset-email.ts';
import { createSendWelcomeEmail } from './tasks/send-welcome-email.ts';

/**
 * Everything that this service does.
 *
 * @param options.publicUrl where people reach the product; links in mails start with it.
 */
export const createHandlers = (options: PostOffice & { publicUrl: string }): Implementation[] => [
  createSendWelcomeEmail(options),
  createSendJobApplicationEmail(options),
  createSendPasswordResetEmail(options),
];
