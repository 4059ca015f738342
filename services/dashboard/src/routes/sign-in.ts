import type { Logger } from '@shared/service';
import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import { BOARD_PATH } from '../board/board.ts';
import { clientNetwork } from '../client-network.ts';
import { loginPage } from '../pages/login-page.ts';
import { setSessionCookie } from '../session-cookie.ts';
import type { Sessions } from '../sessions.ts';
import type { SignIn } from '../sign-in.ts';

/** An address of ours: with a second slash, or a backslash, a browser would read it as another site's. */
const LOCAL = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/;

const next = z.string().regex(LOCAL).catch(BOARD_PATH);
const Query = z.object({ next });
const Body = z.object({
  name: z.string().max(64).catch(''),
  password: z.string().catch(''),
  next,
});

/** `GET /login?next=` shows the form. */
export const showSignIn: RequestHandler = (request, response) => {
  response.send(loginPage({ next: Query.parse(request.query).next }));
};

/** `POST /login` answers 303 to `next` with a session, 401 with the form again, or 429. */
export const postSignIn =
  ({
    signIn,
    sessions,
    sessionMs,
    log,
  }: {
    signIn: SignIn;
    sessions: Sessions;
    sessionMs: number;
    log: Logger;
  }): RequestHandler =>
  async (request, response) => {
    const { name, password, next } = Body.parse(request.body ?? {});
    const outcome = await signIn({ name, password, address: clientNetwork(request.ip ?? '') });
    if (outcome.kind === 'welcome') {
      log.info({ user: outcome.user.name }, 'signed in');
      setSessionCookie(response, sessions.open(outcome.user), sessionMs);
      return response.redirect(303, next);
    }
    log.warn({ outcome: outcome.kind }, 'sign-in refused');
    const problem =
      outcome.kind === 'wrong'
        ? 'Name or password is wrong.'
        : `Too many wrong passwords. ${tryAgain(response, outcome.retryAfterMs)}`;
    response.status(outcome.kind === 'wrong' ? 401 : 429).send(loginPage({ next, name, problem }));
  };

const tryAgain = (response: Response, retryAfterMs: number) => {
  response.setHeader('retry-after', Math.ceil(retryAfterMs / 1_000));
  const minutes = Math.ceil(retryAfterMs / 60_000);
  return `Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
};
