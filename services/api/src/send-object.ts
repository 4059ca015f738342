import { pipeline } from 'node:stream/promises';
import type { ObjectContent } from '@shared/storage';
import type { Request, Response } from 'express';

/**
 * Streams an object, or answers 304 to who has it already, and without the body to HEAD. What is
 * stored was judged by its content, so the browser is told not to guess.
 */
export const sendObject = async (
  request: Request,
  response: Response,
  { body, bytes, contentType, etag }: ObjectContent,
  { cacheControl }: { cacheControl: string },
): Promise<void> => {
  response.setHeader('content-type', contentType);
  response.setHeader('etag', `"${etag}"`);
  response.setHeader('cache-control', cacheControl);
  response.setHeader('x-content-type-options', 'nosniff');
  if (hasAlready(request, etag)) {
    body.destroy();
    response.status(304).end();
    return;
  }
  response.setHeader('content-length', bytes);
  if (request.method === 'HEAD') {
    body.destroy();
    response.end();
    return;
  }
  await pipeline(body, response);
};

/** Express' own `request.fresh` gives up at `cache-control: no-cache`, which fetch adds by itself. */
export const hasAlready = (request: Request, etag: string): boolean =>
  (request.get('if-none-match') ?? '')
    .split(',')
    .some((tag) => tag.trim().replace(/^W\//, '') === `"${etag}"`);
