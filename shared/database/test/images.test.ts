import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectedDatabase } from '../src/connect-database.ts';
import { listVariants, recordVariant } from '../src/image-variants.ts';
import { createImage, findImage, setImageSize } from '../src/images.ts';
import { openMigrated } from './migrated-database.ts';
import { newAccount } from './new-account.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openMigrated();
});
afterAll(() => database[Symbol.asyncDispose]());

const newImage = async () => {
  const id = randomUUID();
  return createImage(database, {
    id,
    ownerId: (await newAccount(database)).id,
    storageKey: `images/${id}/original`,
    contentType: 'image/jpeg',
    bytes: 5_000_000_000, // More than 32 bits hold.
    originalName: '../../etc/passwd',
  });
};

const variantOf = (imageId: string) => ({
  imageId,
  variant: 'thumbnail',
  format: 'jpeg',
  key: `images/${imageId}/thumbnail.jpeg`,
  contentType: 'image/jpeg',
  width: 250,
  height: 200,
  bytes: 9_000,
  jobId: 'job-1',
  fence: 1,
});

test('an image is found as it was kept, and its size once somebody noted it', async () => {
  const image = await newImage();

  await expect(findImage(database, image.id)).resolves.toEqual({
    ...image,
    bytes: 5_000_000_000,
    width: null,
  });
  await setImageSize(database, image.id, { width: 4_000, height: 3_000 });
  await expect(findImage(database, image.id)).resolves.toMatchObject({ width: 4_000 });
  await expect(findImage(database, 'none')).resolves.toBeUndefined();
});

test('one variant in two formats is two records, one record each', async () => {
  const { id } = await newImage();
  const jpeg = variantOf(id);

  await recordVariant(database, { ...jpeg, format: 'webp', key: 'w' });
  await recordVariant(database, jpeg);
  await recordVariant(database, jpeg);

  await expect(listVariants(database, id)).resolves.toMatchObject([
    { format: 'jpeg', key: jpeg.key, width: 250, fence: 1 },
    { format: 'webp', key: 'w' },
  ]);
});

test('an attempt that a newer one has overtaken is refused', async () => {
  const { id } = await newImage();
  await recordVariant(database, { ...variantOf(id), fence: 2, key: 'newer' });

  const stale = recordVariant(database, { ...variantOf(id), fence: 1, key: 'older' });

  await expect(stale).rejects.toMatchObject({ code: 'stale_attempt', retryable: false });
  await expect(listVariants(database, id)).resolves.toMatchObject([{ key: 'newer', fence: 2 }]);
});

test('another job replaces what an earlier job recorded, whatever its fence', async () => {
  const { id } = await newImage();
  await recordVariant(database, { ...variantOf(id), fence: 7 });

  await recordVariant(database, { ...variantOf(id), jobId: 'job-2', fence: 1, key: 'again' });

  await expect(listVariants(database, id)).resolves.toMatchObject([{ key: 'again', fence: 1 }]);
});

test('a variant of an image that is not there is refused for good', async () => {
  await expect(recordVariant(database, variantOf('none'))).rejects.toMatchObject({
    code: 'database_error',
    sqlState: '23503',
    retryable: false,
  });
});
