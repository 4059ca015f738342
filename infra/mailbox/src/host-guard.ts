import type { RequestHandler } from 'express';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Mails hold password reset links and the mailbox asks nobody who they are. While it listens on the
 * loopback address only, a request under any other host name comes from a web page that pointed its
 * own name here (DNS rebinding), so it is refused.
 */
export const hostGuard = (boundHost: string): RequestHandler => {
  const onLoopback = LOOPBACK.test(boundHost) || boundHost === '::1';
  return (request, response, next) => {
    const hostname = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (!onLoopback || LOOPBACK.test(hostname)) return next();
    response
      .status(421)
      .type('text/plain')
      .send(
        'Open the mailbox as http://localhost or http://127.0.0.1; it answers to no other name.',
      );
  };
};
