import type { RequestHandler } from 'express';
import { clearSessionCookie, readSessionCookie } from '../session-cookie.ts';
import type { Sessions } from '../sessions.ts';

/** `POST /logout` ends the session for good, not only in this browser, and answers 303 to the form. */
export const postSignOut =
  ({ sessions }: { sessions: Sessions }): RequestHandler =>
  async (request, response) => {
    const value = readSessionCookie(request);
    if (value !== undefined) await sessions.close(value);
    clearSessionCookie(response);
    response.redirect(303, '/login');
  };
