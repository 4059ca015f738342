import type { Request, RequestHandler, Response } from 'express';
import { clientNetwork } from './client-network.ts';
import { refuse } from './refuse.ts';
import { atLeast, type Role } from './roles.ts';
import { readSessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import type { SignIn, SignInOutcome } from './sign-in.ts';
import type { DashboardUser } from './users.ts';

/** Lets through who has at least the role; the user is then `signedInUser(response)`. */
export type Gate = (role: Role) => RequestHandler;

/** Only for what stands behind a gate. */
export const signedInUser = (response: Response): DashboardUser =>
  response.locals['user'] as DashboardUser; // The gate put it there.

/** People show their session's cookie, scripts a name and password (HTTP Basic). */
export const createGate = ({ sessions, signIn }: { sessions: Sessions; signIn: SignIn }): Gate => {
  const identify = async (request: Request): Promise<SignInOutcome> => {
    const cookie = readSessionCookie(request);
    const user = cookie === undefined ? undefined : await sessions.userOf(cookie);
    if (user !== undefined) return { kind: 'welcome', user };
    const credentials = readBasic(request.headers.authorization);
    if (credentials === undefined) return { kind: 'wrong' };
    return signIn({ ...credentials, address: clientNetwork(request.ip ?? '') });
  };

  return (role) => async (request, response, next) => {
    const outcome = await identify(request);
    if (outcome.kind === 'blocked') return answerBlocked(response, outcome.retryAfterMs);
    if (outcome.kind === 'wrong') return askToSignIn(request, response);
    if (!atLeast(outcome.user.role, role)) return answerForbidden(response, role);
    response.locals['user'] = outcome.user;
    next();
  };
};

const readBasic = (authorization = '') => {
  const encoded = /^Basic ([\w+/=-]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const [name = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return { name, password: password.join(':') };
};

const askToSignIn = (request: Request, response: Response) => {
  if (request.method === 'GET' && request.accepts(['json', 'html']) === 'html') {
    return response.redirect(303, `/login?next=${encodeURIComponent(request.originalUrl)}`);
  }
  // Told to scripts alone: a browser would cover the page with a prompt of its own.
  if (request.headers['sec-fetch-site'] === undefined) {
    response.setHeader('www-authenticate', 'Basic realm="Taskyard", charset="UTF-8"');
  }
  refuse(response, 401, {
    code: 'unauthenticated',
    message: 'Request refused: nobody is signed in.',
    fix: 'Sign in at /login, or send name and password with HTTP Basic.',
  });
};

const answerBlocked = (response: Response, retryAfterMs: number) => {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  response.setHeader('retry-after', seconds);
  refuse(response, 429, {
    code: 'rate_limited',
    message: 'Request refused: too many wrong passwords.',
    fix: `Try again in ${seconds} seconds.`,
  });
};

const answerForbidden = (response: Response, role: Role) =>
  refuse(response, 403, {
    code: 'forbidden',
    message: `Request refused: it takes the role ${role}.`,
    fix: 'Ask somebody who has it.',
  });
