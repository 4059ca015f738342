import { join } from 'node:path';
import { PlatformError } from '@shared/errors';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { hostGuard } from './host-guard.ts';
import type { MailStore } from './mail-store.ts';
import { deleteMails } from './routes/delete-mails.ts';
import { listMails } from './routes/list-mails.ts';
import { showAttachment } from './routes/show-attachment.ts';
import { showHtml } from './routes/show-html.ts';
import { showMail } from './routes/show-mail.ts';
import { showRaw } from './routes/show-raw.ts';
import { streamMails } from './routes/stream-mails.ts';

/** The page needs nothing from elsewhere, and mails are only ever shown inside a sandboxed frame. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @param smtpUrl what the page tells people to set as `SMTP_URL`. */
export const createApp = ({
  store,
  smtpUrl,
  host,
}: {
  store: MailStore;
  smtpUrl: string;
  host: string;
}): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(hostGuard(host));
  app.use((_request, response, next) => {
    response.set({
      'content-security-policy': PAGE_POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    next();
  });

  app.get('/api/mailbox', (_request, response) => response.json({ smtpUrl }));
  app.get('/api/messages', listMails({ store }));
  app.delete('/api/messages', deleteMails({ store }));
  app.get('/api/messages/events', streamMails({ store }));
  app.get('/api/messages/:id', showMail({ store }));
  app.get('/api/messages/:id/html', showHtml({ store }));
  app.get('/api/messages/:id/raw', showRaw({ store }));
  app.get('/api/messages/:id/attachments/:index', showAttachment({ store }));
  app.get(['/health', '/health/live', '/health/ready'], (_request, response) =>
    response.json({ status: 'ok', checks: {} }),
  );
  app.use(express.static(join(import.meta.dirname, 'page'), { cacheControl: false }));
  app.use((request, response) => {
    response.status(404).json(errorBody('not_found', `Nothing is at ${request.path}.`));
  });
  app.use(answerError);
  return app;
};

/** Every refusal the routes throw is about an id or an index that is not there. */
const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof PlatformError) {
    response.status(404).json(errorBody(error.code, error.message, error.fix));
  } else {
    response.status(500).json(errorBody('internal_error', String(error)));
  }
};

const errorBody = (code: string, message: string, fix = '') => ({ error: { code, message, fix } });
