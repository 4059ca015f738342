import {
  type Database,
  findSignature,
  type Image,
  imagesNumbered,
  listVariants,
} from '@shared/database';
import { decodeSignature } from '@shared/similarity';
import type { Storage } from '@shared/storage';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { ImageNotIndexedError } from '../errors/image-not-indexed-error.ts';
import { viewImage } from '../image-view.ts';
import { parseRequest } from '../parse-request.ts';
import type { Similarity } from '../similarity/similarity.ts';
import { visibleImage } from '../visible-image.ts';

const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(50).default(10),
  /** 100 is the same picture; above 90 is most likely a copy, below 50 hardly anything. */
  minScore: z.coerce.number().min(0).max(100).default(0),
});

/**
 * `GET /images/:id/similar?limit=10&minScore=50` finds the images of the caller's that look most like
 * one, the best first: 200 `{ similar: [{ score, image }] }`. Operators search among everybody's.
 * Refusals: 400 `invalid_request`, 401, 404 `image_not_found`, `image_not_indexed`,
 * 503 `similarity_unavailable`.
 */
export const similarImages =
  ({
    database,
    storage,
    callers,
    similarity,
  }: {
    database: Database;
    storage: Storage;
    callers: Callers;
    similarity: Pick<Similarity, 'search'>;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const image = await visibleImage(database, request.params.id, caller);
    const { limit, minScore } = parseRequest(query, request.query);
    const indexed = await findSignature(database, image.id);
    if (indexed === undefined) throw new ImageNotIndexedError();

    // One more, because the image itself is among them.
    const found = await similarity.search(decodeSignature(indexed.signature), {
      limit: limit + 1,
      ...(caller.operator ? {} : { owner: caller.owner }),
    });
    const images = await imagesNumbered(
      database,
      found.map(({ number }) => number),
    );
    const similar = found
      .map(({ number, score }) => ({ score, image: images.get(number) }))
      .filter(
        (match): match is { score: number; image: Image } =>
          match.image !== undefined &&
          match.image.id !== image.id &&
          match.score >= minScore &&
          (caller.operator || match.image.ownerId === caller.owner),
      )
      .slice(0, limit);
    response.json({
      similar: await Promise.all(
        similar.map(async ({ score, image: other }) => ({
          score: Math.round(score * 10) / 10,
          image: await viewImage(other, {
            variants: await listVariants(database, other.id),
            storage,
          }),
        })),
      ),
    });
  };
