import { type Database, findImage, recordVariant, setImageSize } from '@shared/database';
import type { Attempt } from '@shared/queue';
import type { Storage } from '@shared/storage';
import { FORMATS, type ImageFormat } from './encode-image.ts';
import { ImageNotFoundError } from './errors/image-not-found-error.ts';
import { readOriginal } from './read-original.ts';
import { renderVariant } from './render-variant.ts';
import type { VariantName } from './variants.ts';

/** What the work needs to know of its attempt. */
export type VariantAttempt = Pick<
  Attempt,
  'jobId' | 'fence' | 'signal' | 'deadline' | 'log' | 'progress'
>;

export type VariantServices = { database: Database; storage: Storage };

/**
 * Makes one variant of an uploaded image, stores it and records it; what both tasks of this service
 * come down to. The object's key follows from the request and its content from the original, so a
 * repetition replaces it with the same, and the record refuses an attempt that was overtaken.
 */
export const makeVariant = async (
  { imageId, variant, format }: { imageId: string; variant: VariantName; format: ImageFormat },
  attempt: VariantAttempt,
  { database, storage }: VariantServices,
) => {
  const { jobId, fence, signal, deadline, log } = attempt;
  const image = await findImage(database, imageId);
  if (image === undefined) throw new ImageNotFoundError(imageId);

  const original = await readOriginal(storage, image, signal);
  attempt.progress(0.2, 'original read');

  const { content, originalSize, ...size } = await renderVariant(original, {
    variant,
    format,
    signal,
    deadline,
  });
  attempt.progress(0.8, 'variant rendered');

  const { contentType, extension } = FORMATS[format];
  const key = `images/${imageId}/${variant}.${extension}`;
  const bytes = content.byteLength;
  await storage.put(key, content, { contentType, signal });
  // From here on a stop comes too late: an object without its record would be litter.
  const made = { imageId, variant, key, contentType, ...size, bytes };
  await recordVariant(database, { ...made, format, jobId, fence });
  if (image.width === null) await setImageSize(database, imageId, originalSize);

  log.info({ imageId, variant, format, ...size, bytes }, 'variant stored');
  return made;
};
