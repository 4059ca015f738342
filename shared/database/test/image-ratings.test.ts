import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ConnectedDatabase } from '../src/connect-database.ts';
import { findRating, recalculateRating, recordVote } from '../src/image-ratings.ts';
import { createImage, deleteImage } from '../src/images.ts';
import { imageRatings, ratingTotals } from '../src/tables/image-ratings.ts';
import { openMigrated } from './migrated-database.ts';
import { newAccount } from './new-account.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openMigrated();
});
beforeEach(async () => {
  await database.delete(imageRatings);
});
afterAll(() => database[Symbol.asyncDispose]());

const newImage = async () => {
  const id = randomUUID();
  const ownerId = (await newAccount(database)).id;
  const file = { contentType: 'image/jpeg', bytes: 1, originalName: null };
  await createImage(database, { id, ownerId, storageKey: `images/${id}`, ...file });
  return id;
};

const newcomers = async (count: number) => {
  const people = [];
  for (let at = 0; at < count; at += 1) people.push(await newAccount(database));
  return people.map(({ id }) => id);
};

/** An image with these scores, counted. */
const rated = async (scores: readonly number[]) => {
  const imageId = await newImage();
  for (const [at, userId] of (await newcomers(scores.length)).entries()) {
    await recordVote(database, { imageId, userId, score: scores[at] ?? 0 });
  }
  return { imageId, rating: await recalculateRating(database, imageId) };
};

const totals = async () => {
  const [row] = await database.select().from(ratingTotals);
  return { images: row?.images, votes: row?.votes, total: row?.total };
};

test('an image is pulled towards the taste of the whole collection, the less the more votes it has', async () => {
  const many = await rated([5, 5, 5, 5, 4, 5, 5]);
  const one = await rated([1]);

  // 8 votes for 2 images, 35 points: as if each image began with 4 votes of 4.375.
  expect(one.rating).toEqual({ votes: 1, average: 1, bayesian: (17.5 + 1) / 5 });
  expect(await findRating(database, many.imageId)).toEqual({
    votes: 7,
    average: 34 / 7,
    bayesian: (17.5 + 34) / 11,
  });
});

test('an image without votes has the rating that the collection has', async () => {
  await rated([4, 2]);

  expect(await findRating(database, await newImage())).toEqual({
    votes: 0,
    average: null,
    bayesian: 3,
  });
});

test('while nobody has voted for anything there is no rating', async () => {
  const imageId = await newImage();

  const nothing = { votes: 0, average: null, bayesian: null };
  expect(await recalculateRating(database, imageId)).toEqual(nothing);
  expect(await findRating(database, imageId)).toEqual(nothing);
});

test('a changed vote replaces the earlier one, and counting twice changes nothing', async () => {
  const imageId = await newImage();
  const [userId = ''] = await newcomers(1);
  await recordVote(database, { imageId, userId, score: 1 });
  await recalculateRating(database, imageId);

  await recordVote(database, { imageId, userId, score: 4 });
  const once = await recalculateRating(database, imageId);
  const twice = await recalculateRating(database, imageId);

  expect(once).toEqual({ votes: 1, average: 4, bayesian: 4 });
  expect(twice).toEqual(once);
  expect(await totals()).toEqual({ images: 1, votes: 1, total: 4 });
});

test('votes and counts side by side lose nothing and count nothing twice', async () => {
  const imageIds = [await newImage(), await newImage(), await newImage()];
  const people = await newcomers(12);

  await Promise.all(
    people.flatMap((userId, at) =>
      imageIds.map(async (imageId, which) => {
        await recordVote(database, { imageId, userId, score: 1 + ((at + which) % 5) });
        await recalculateRating(database, imageId);
      }),
    ),
  );

  const ratings = await Promise.all(imageIds.map((id) => findRating(database, id)));
  const total = people
    .flatMap((_, at) => imageIds.map((_, which) => 1 + ((at + which) % 5)))
    .reduce((sum, score) => sum + score, 0);
  expect(ratings.map(({ votes }) => votes)).toEqual([12, 12, 12]);
  expect(await totals()).toEqual({ images: 3, votes: 36, total });
});

test('an image that leaves takes its votes out of the totals', async () => {
  const { imageId } = await rated([5, 3]);
  await rated([1]);

  await deleteImage(database, imageId);

  expect(await totals()).toEqual({ images: 1, votes: 1, total: 1 });
});

test('a score out of range is refused for good', async () => {
  const [userId = ''] = await newcomers(1);

  await expect(
    recordVote(database, { imageId: await newImage(), userId, score: 6 }),
  ).rejects.toMatchObject({ code: 'database_error', retryable: false });
});
