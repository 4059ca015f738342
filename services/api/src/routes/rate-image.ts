import { recalculateRating } from '@shared/contracts';
import { type Database, findImage, recordVote } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { ImageNotFoundError } from '../errors/image-not-found-error.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const body = z.strictObject({
  score: z.int('must be a whole number').min(1, 'must be from 1').max(5, 'must be up to 5'),
});

const imageId = z.uuid();

/**
 * `PUT /images/:id/ratings` is a person's vote for an image, `{ score }` from 1 to 5, in place of their
 * earlier one: 202 `{ jobId }`, the job that counts it. Whoever knows an image's id may vote for it.
 * `jobId` is null where another vote's job waits already, and counts this one too.
 * Refusals: 400 `invalid_request`, 401, 403 for API keys, 404 `image_not_found`, 503; after the last of
 * these send it again.
 */
export const rateImage =
  ({
    database,
    producer,
    callers,
  }: {
    database: Database;
    producer: Pick<Producer, 'enqueue'>;
    callers: Callers;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const user = await callers.person(request);
    const { score } = readBody(request, body);
    const { id } = request.params;
    const image = imageId.safeParse(id).success ? await findImage(database, id) : undefined;
    if (image === undefined) throw new ImageNotFoundError();

    await recordVote(database, { imageId: image.id, userId: user.id, score });
    // The vote is there before the job is: one that has not started yet will see it.
    const { traceParent } = contextOf(request);
    const job = await producer.enqueue(
      recalculateRating,
      { imageId: image.id },
      {
        unique: { key: image.id, until: 'started' },
        owner: user.id,
        origin: 'http',
        traceParent,
      },
    );
    response.status(202).json({ jobId: job.duplicate ? null : job.id });
  };
