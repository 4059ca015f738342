import { StaleAttemptError } from '@shared/errors';
import { asc, eq, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type ImageVariant, imageVariants } from './tables/image-variants.ts';

/**
 * Records that a variant lies in storage, in place of what an earlier job or attempt recorded.
 *
 * @throws {StaleAttemptError} a newer attempt of the same job has recorded it before.
 */
export const recordVariant = async (
  database: Database,
  variant: Omit<ImageVariant, 'createdAt'>,
): Promise<void> => {
  const { key, contentType, width, height, bytes, jobId, fence } = variant;
  const written = await ask(
    database
      .insert(imageVariants)
      .values(variant)
      .onConflictDoUpdate({
        target: [imageVariants.imageId, imageVariants.variant, imageVariants.format],
        set: { key, contentType, width, height, bytes, jobId, fence, createdAt: sql`now()` },
        // Fences of different jobs do not compare.
        setWhere: sql`${imageVariants.jobId} <> ${jobId} or ${imageVariants.fence} <= ${fence}`,
      })
      .returning({ imageId: imageVariants.imageId }),
  );
  if (written.length === 0) throw new StaleAttemptError(jobId, fence);
};

export const listVariants = (database: Database, imageId: string): Promise<ImageVariant[]> =>
  ask(
    database
      .select()
      .from(imageVariants)
      .where(eq(imageVariants.imageId, imageId))
      .orderBy(asc(imageVariants.variant), asc(imageVariants.format)),
  );
