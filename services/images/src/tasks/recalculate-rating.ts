import { recalculateRating as task } from '@shared/contracts';
import { type Database, findImage, recalculateRating } from '@shared/database';
import { implement } from '@shared/queue';
import { ImageNotFoundError } from '../errors/image-not-found-error.ts';

/** Needs no fence: an attempt that was overtaken counts the same votes, or newer ones. */
export const createRecalculateRating = ({ database }: { database: Database }) =>
  implement(task, async ({ imageId }, { log }) => {
    if ((await findImage(database, imageId)) === undefined) throw new ImageNotFoundError(imageId);
    const rating = await recalculateRating(database, imageId);
    log.info({ imageId, ...rating }, 'rating recalculated');
    return { imageId, ...rating };
  });
