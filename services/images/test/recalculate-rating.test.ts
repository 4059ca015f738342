import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { recalculateRating } from '@shared/contracts';
import { createUser, type Database, findRating, recordVote } from '@shared/database';
import { createProducer, startWorker } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { createHandlers } from '../src/handlers.ts';
import { plain } from './pictures.ts';
import { openWorkshop } from './workshop.ts';

const waiting = { timeoutMs: 60_000 };

const newVoter = async (database: Database) => {
  const username = `voter-${randomBytes(4).toString('hex')}`;
  const account = { email: `${username}@example.com`, username, firstName: 'Vera' };
  return (await createUser(database, { ...account, passwordHash: 'none' })).id;
};

const voters = (database: Database, count: number) =>
  Promise.all(Array.from({ length: count }, () => newVoter(database)));

test('a rating is the average of the votes, pulled towards the whole collection’s', async () => {
  await using workshop = await openWorkshop();
  const { database, platform } = workshop;
  const picture = await plain(10, 10).png().toBuffer();
  const [one, other] = [await workshop.upload(picture), await workshop.upload(picture)];
  const [ada = '', charles = ''] = await voters(database, 2);
  await recordVote(database, { imageId: one.id, userId: ada, score: 5 });
  await recordVote(database, { imageId: other.id, userId: ada, score: 2 });
  await recordVote(database, { imageId: other.id, userId: charles, score: 2 });

  const count = async (imageId: string) =>
    (await platform.enqueue(recalculateRating, { imageId })).result(waiting);
  await count(one.id);
  const second = await count(other.id);
  const again = await count(other.id);

  // 3 votes for 2 images, 9 points: as if each began with 1.5 votes of 3.
  expect(second).toMatchObject({ imageId: other.id, votes: 2, average: 2 });
  expect(second.bayesian).toBeCloseTo((4.5 + 4) / 3.5, 10);
  expect(again).toEqual(second);
});

/** What each person thinks of each image in the end. */
const last = (at: number, which: number) => 1 + ((at * 7 + which) % 5);

test('people who vote at once, and change their minds, are all counted as they voted last', async () => {
  await using workshop = await openWorkshop();
  const { database, platform } = workshop;
  await using _second = await platform.startWorker({ concurrency: 8 });
  const picture = await plain(10, 10).png().toBuffer();
  const images = [
    await workshop.upload(picture),
    await workshop.upload(picture),
    await workshop.upload(picture),
  ].map(({ id }) => id);
  const people = await voters(database, 15);

  /** As the api does: the vote first, then a job, unless one waits that will see the vote. */
  const vote = async (imageId: string, userId: string, score: number) => {
    await recordVote(database, { imageId, userId, score });
    return platform.enqueue(
      recalculateRating,
      { imageId },
      { unique: { key: imageId, until: 'started' } },
    );
  };
  const jobs = await Promise.all(
    people.flatMap((userId, at) =>
      images.map(async (imageId, which) => {
        const first = await vote(imageId, userId, 3);
        return [first, await vote(imageId, userId, last(at, which))];
      }),
    ),
  );
  await Promise.all(jobs.flat().map((job) => job.result(waiting)));

  const ratings = await Promise.all(images.map((imageId) => findRating(database, imageId)));
  const totals = images.map((_, which) =>
    people.reduce((sum, _person, at) => sum + last(at, which), 0),
  );
  const [votes, total] = [45, totals.reduce((sum, each) => sum + each, 0)];
  for (const [which, rating] of ratings.entries()) {
    expect(rating).toMatchObject({ votes: 15, average: totals[which]! / 15 });
    expect(rating.bayesian).toBeCloseTo((total / 3 + totals[which]!) / (votes / 3 + 15), 10);
  }
});

test('a worker killed in the middle of a count leaves the votes to be counted once', async () => {
  await using workshop = await openWorkshop();
  const { database, databaseUrl, storage, storageUrl } = workshop;
  const { id: imageId } = await workshop.upload(await plain(10, 10).png().toBuffer());
  const [userId = ''] = await voters(database, 1);
  await recordVote(database, { imageId, userId, score: 4 });
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = createProducer({ redisUrl, prefix });
  const job = await producer.enqueue(recalculateRating, { imageId });

  // The totals are changed last of all, and not while somebody holds them.
  const holder = await database.$client.connect();
  await holder.query('begin; select from rating_totals for update');
  const doomed = spawn(process.execPath, [crashWorker, redisUrl, prefix, databaseUrl, storageUrl]);
  await eventually(async () => {
    const { rows } = await database.$client.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'update "rating_totals"%'`,
    );
    expect(rows).toHaveLength(1);
  });
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  await holder.query('rollback');
  holder.release();
  const handlers = createHandlers({ database, storage });
  await using _heir = await startWorker({ handlers, redisUrl, prefix, lockMs: 500 });

  const counted = { votes: 1, average: 4, bayesian: 4 };
  await expect(job.result(waiting)).resolves.toEqual({ imageId, ...counted });
  expect(await findRating(database, imageId)).toEqual(counted);
});

const crashWorker = fileURLToPath(new URL('crash-worker.ts', import.meta.url));

test('an image that nobody uploaded fails at once, for good', async () => {
  await using workshop = await openWorkshop();

  const job = await workshop.platform.enqueue(recalculateRating, { imageId: 'nobody-knows' });

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect((await job.record()).error).toMatchObject({ code: 'image_not_found', attempt: 1 });
});
