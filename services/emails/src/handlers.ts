import type { Implementation } from '@shared/queue';
import type { Storage } from '@shared/storage';
import type { PostOffice } from './deliver.ts';
import { createPruneEmailLedger } from './tasks/prune-ledger.ts';
import { createSendEmail } from './tasks/send-email.ts';
import { createSendJobApplicationEmail } from './tasks/send-job-application-email.ts';
import { createSendPasswordResetEmail } from './tasks/send-password-reset-email.ts';
import { createSendWelcomeEmail } from './tasks/send-welcome-email.ts';

/**
 * Everything that this service does.
 *
 * @param options.publicUrl where people reach the product; links in mails start with it.
 */
export const createHandlers = (
  options: PostOffice & { publicUrl: string; storage: Pick<Storage, 'get'> },
): Implementation[] => [
  createSendWelcomeEmail(options),
  createSendJobApplicationEmail(options),
  createSendPasswordResetEmail(options),
  createSendEmail(options),
  createPruneEmailLedger(options),
];
