export { loadConfig } from './config.ts';
export { createHandlers } from './handlers.ts';
export type { MailAddress, Mailer, MailMessage, MailReceipt } from './mailer.ts';
export { connectSmtpMailer } from './smtp-mailer.ts';
