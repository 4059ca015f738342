import { type Database, findRating, listVariants } from '@shared/database';
import type { Storage } from '@shared/storage';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { viewImage } from '../image-view.ts';
import { visibleImage } from '../visible-image.ts';

/**
 * `GET /images/:id` tells of an image, of its variants that are ready and of its rating: 200
 * `{ image }`.
 * Refusals: 401, 404 `image_not_found`, also for an image of somebody else.
 */
export const showImage =
  ({
    database,
    storage,
    callers,
  }: {
    database: Database;
    storage: Storage;
    callers: Callers;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const image = await visibleImage(database, request.params.id, caller);
    const [variants, rating] = await Promise.all([
      listVariants(database, image.id),
      findRating(database, image.id),
    ]);
    response.json({ image: { ...(await viewImage(image, { variants, storage })), rating } });
  };
