import type { RequestHandler } from 'express';
import type { MailStore } from '../mail-store.ts';

/**
 * A mail may look as it likes and show pictures, and nothing else: no script, no form, and an origin
 * of its own, whether it is framed by the page or opened by its address.
 */
const MAIL_POLICY = [
  "default-src 'none'",
  'img-src http: https: data:',
  'font-src http: https: data:',
  "style-src 'unsafe-inline' http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** Links open beside the mailbox, not inside its frame. */
const BASE = '<base target="_blank">';

/** `GET /api/messages/:id/html` answers the HTML part as a page that can do no harm. */
export const showHtml =
  ({ store }: { store: MailStore }): RequestHandler<{ id: string }> =>
  (request, response) => {
    const { html } = store.detail(request.params.id);
    response.set('content-security-policy', MAIL_POLICY).type('text/html; charset=utf-8');
    response.send(withBase(html ?? ''));
  };

/** In the head if there is one: anything before the doctype would switch the page to quirks mode. */
const withBase = (html: string) =>
  /<head[^>]*>/i.test(html)
    ? html.replace(/<head[^>]*>/i, (head) => `${head}${BASE}`)
    : `<!doctype html>${BASE}${html}`;
