import { type Storage, verifySignedUrl } from '@shared/storage';
import type { RequestHandler } from 'express';
import { sendObject } from '../send-object.ts';

/** As long as a signed address lives. */
const CACHE_CONTROL = 'private, max-age=3600';

/**
 * `GET /storage/*key?expires=…&signature=…` serves the signed addresses of the local storage folder to
 * whoever has them.
 * Refusals: 403 `invalid_signature`, 404 `object_not_found`.
 */
export const signedObject =
  ({
    storage,
    signingSecret,
  }: {
    storage: Storage;
    signingSecret: string;
  }): RequestHandler<{ key: string[] }> =>
  async (request, response) => {
    const key = request.params.key.join('/');
    const { expires, signature } = request.query;
    verifySignedUrl({ method: request.method, key, expires, signature }, { signingSecret });
    const object = await storage.get(key);
    // Meant for pages of others too, which helmet's default forbids.
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    await sendObject(request, response, object, { cacheControl: CACHE_CONTROL });
  };
