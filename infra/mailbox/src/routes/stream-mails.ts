import type { RequestHandler } from 'express';
import type { MailStore } from '../mail-store.ts';

/** Keeps proxies and browsers from taking a quiet stream for a dead one. */
const KEEP_ALIVE_MS = 15_000;

/**
 * `GET /api/messages/events` streams server-sent events: `mail` with each new mail as in the list,
 * `cleared` when all were deleted.
 */
export const streamMails =
  ({ store }: { store: MailStore }): RequestHandler =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'keep-alive' });
    response.write('retry: 1000\n\n');
    const stop = store.watch((mail) => {
      response.write(
        mail === null
          ? 'event: cleared\ndata: {}\n\n'
          : `event: mail\nid: ${mail.id}\ndata: ${JSON.stringify(mail)}\n\n`,
      );
    });
    const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
    response.on('close', () => {
      clearInterval(keepAlive);
      stop();
    });
  };
