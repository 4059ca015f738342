import type { Request, Response } from 'express';

const NAME = 'taskyard_dashboard';

/** The session's signed value, as the browser sent it. */
export const readSessionCookie = (request: Request): string | undefined =>
  (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1);

/** Lax: another site's form or script never sends it along, a link to a page of ours does. */
const attributes = ({ secure }: Request) =>
  ({ httpOnly: true, sameSite: 'lax', secure, path: '/' }) as const;

export const setSessionCookie = (response: Response, value: string, maxAgeMs: number): void => {
  response.cookie(NAME, value, { ...attributes(response.req), maxAge: maxAgeMs });
};

export const clearSessionCookie = (response: Response): void => {
  response.clearCookie(NAME, attributes(response.req));
};
