import { type Database, findImage, type Image } from '@shared/database';
import { z } from 'zod';
import type { Caller } from './callers.ts';
import { ImageNotFoundError } from './errors/image-not-found-error.ts';

const imageId = z.uuid();

/**
 * An image that the caller may see: their own, or any for operators.
 *
 * @throws {ImageNotFoundError} also for an image of somebody else.
 */
export const visibleImage = async (
  database: Database,
  id: string,
  caller: Caller,
): Promise<Image> => {
  const image = imageId.safeParse(id).success ? await findImage(database, id) : undefined;
  if (image === undefined || !(caller.operator || image.ownerId === caller.owner)) {
    throw new ImageNotFoundError();
  }
  return image;
};
