import { StaleAttemptError } from '@shared/errors';
import { asc, eq, gt, inArray, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type ImageSignature, imageSignatures } from './tables/image-signatures.ts';
import { type Image, images } from './tables/images.ts';

/** The channel on which the number of every changed signature is told. */
export const SIGNATURES_CHANNEL = 'image_signatures';

/**
 * Records what an image looks like, in place of what an earlier job or attempt recorded.
 *
 * @returns the signature's number, which stays the same.
 * @throws {StaleAttemptError} a newer attempt of the same job has recorded it before.
 */
export const recordSignature = async (
  database: Database,
  { imageId, signature, jobId, fence }: Omit<ImageSignature, 'number' | 'createdAt'>,
): Promise<number> => {
  const [written] = await ask(
    database
      .insert(imageSignatures)
      .values({ imageId, signature, jobId, fence })
      .onConflictDoUpdate({
        target: imageSignatures.imageId,
        set: { signature, jobId, fence, createdAt: sql`now()` },
        // Fences of different jobs do not compare.
        setWhere: sql`${imageSignatures.jobId} <> ${jobId} or ${imageSignatures.fence} <= ${fence}`,
      })
      .returning({ number: imageSignatures.number }),
  );
  if (written === undefined) throw new StaleAttemptError(jobId, fence);
  return written.number;
};

export const findSignature = async (
  database: Database,
  imageId: string,
): Promise<ImageSignature | undefined> => {
  const rows = await ask(
    database.select().from(imageSignatures).where(eq(imageSignatures.imageId, imageId)),
  );
  return rows[0];
};

/** What an index needs to know of a signature. */
export type IndexedSignature = { number: number; ownerId: string; signature: Buffer };

const INDEXED = {
  number: imageSignatures.number,
  ownerId: images.ownerId,
  signature: imageSignatures.signature,
};

/** The next signatures in the order of their numbers. */
export const listSignatures = (
  database: Database,
  { after, limit }: { after: number; limit: number },
): Promise<IndexedSignature[]> =>
  ask(
    database
      .select(INDEXED)
      .from(imageSignatures)
      .innerJoin(images, eq(images.id, imageSignatures.imageId))
      .where(gt(imageSignatures.number, after))
      .orderBy(asc(imageSignatures.number))
      .limit(limit),
  );

/** Those of these numbers that are there. */
export const signaturesNumbered = (
  database: Database,
  numbers: readonly number[],
): Promise<IndexedSignature[]> =>
  ask(
    database
      .select(INDEXED)
      .from(imageSignatures)
      .innerJoin(images, eq(images.id, imageSignatures.imageId))
      .where(inArray(imageSignatures.number, [...numbers])),
  );

/** The images of these signatures, by number; what was deleted meanwhile is missing. */
export const imagesNumbered = async (
  database: Database,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Image>> => {
  if (numbers.length === 0) return new Map();
  const rows = await ask(
    database
      .select({ number: imageSignatures.number, image: images })
      .from(imageSignatures)
      .innerJoin(images, eq(images.id, imageSignatures.imageId))
      .where(inArray(imageSignatures.number, [...numbers])),
  );
  return new Map(rows.map(({ number, image }) => [number, image]));
};
