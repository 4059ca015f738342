import type { Request, RequestHandler } from 'express';
import { refuse } from './refuse.ts';

const HARMLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a page of another site makes a browser send. Browsers name the origin of everything that
 * changes something; what names none is no browser and carries no cookie it does not know of.
 */
export const sameOrigin: RequestHandler = (request, response, next) => {
  if (HARMLESS.has(request.method) || isOwn(request)) return next();
  refuse(response, 403, {
    code: 'foreign_origin',
    message: 'Request refused: it comes from a page of another site.',
    fix: 'Use the dashboard under the address that it was opened by.',
  });
};

const isOwn = (request: Request): boolean => {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === request.host;
};
