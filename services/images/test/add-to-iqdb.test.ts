import { addToIqdb } from '@shared/contracts';
import { findSignature, imageSignatures } from '@shared/database';
import { createProducer, startWorker } from '@shared/queue';
import { createIqdbClient, createSimilarityIndex, decodeSignature } from '@shared/similarity';
import { startFakeIqdb } from '@shared/similarity/testing';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { createHandlers } from '../src/handlers.ts';
import { killOnceSaid } from './kill-once-said.ts';
import { plain, quarters } from './pictures.ts';
import { openWorkshop } from './workshop.ts';
import { sharp } from '../src/sharp.ts';

const waiting = { timeoutMs: 30_000 };
const retryNow = { backoff: { type: 'fixed', delayMs: 1 } } as const;

const photo = () => quarters(1_500, 900).png().toBuffer();

test('an image is known by what it looks like, however it is stored', async () => {
  await using workshop = await openWorkshop();
  const { platform, database } = workshop;
  const upright = await workshop.upload(await photo());
  const small = await workshop.upload(await quarters(300, 180).webp({ lossless: true }).toBuffer());
  const other = await workshop.upload(await plain(300, 180, [200, 20, 20]).png().toBuffer());

  const jobs = await Promise.all(
    [upright, small, other].map(({ id: imageId }) => platform.enqueue(addToIqdb, { imageId })),
  );
  const [first] = await Promise.all(jobs.map((job) => job.result(waiting)));

  const index = createSimilarityIndex();
  for (const { id, ownerId: owner } of [other, small, upright]) {
    const { number, signature } = (await findSignature(database, id))!;
    index.add({ number, owner, signature: decodeSignature(signature) });
  }
  const recorded = (await findSignature(database, upright.id))!;
  const found = index.search(decodeSignature(recorded.signature), { limit: 3 });
  const numbers = await Promise.all(
    [upright, small, other].map(async ({ id }) => (await findSignature(database, id))?.number),
  );
  expect(first).toEqual({ imageId: upright.id, number: recorded.number });
  expect(recorded.jobId).toBe(jobs[0]?.id);
  expect(found.map(({ number }) => number)).toEqual(numbers);
});

test('what is transparent counts as white', async () => {
  await using workshop = await openWorkshop();
  const nothing = sharp({
    create: { width: 50, height: 50, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
  });
  const { id: imageId } = await workshop.upload(await nothing.png().toBuffer());

  await (await workshop.platform.enqueue(addToIqdb, { imageId })).result(waiting);

  const { signature } = (await findSignature(workshop.database, imageId))!;
  expect(decodeSignature(signature).averages[0]).toBeCloseTo(255 / 256, 4);
});

test('indexing twice leaves one signature, with the number that it had', async () => {
  await using workshop = await openWorkshop();
  const { id: imageId } = await workshop.upload(await photo());
  const index = async () =>
    (await workshop.platform.enqueue(addToIqdb, { imageId })).result(waiting);

  const first = await index();

  expect(await index()).toEqual(first);
  expect(await workshop.database.select().from(imageSignatures)).toHaveLength(1);
});

test('an IQDB server gets each picture under its number', async () => {
  await using server = await startFakeIqdb();
  const iqdb = createIqdbClient(server.url);
  await using workshop = await openWorkshop({ iqdb });
  const { id: imageId } = await workshop.upload(await photo());

  const job = await workshop.platform.enqueue(addToIqdb, { imageId });
  const { number } = await job.result(waiting);

  const { signature } = (await findSignature(workshop.database, imageId))!;
  expect(await iqdb.search(decodeSignature(signature), { limit: 1 })).toEqual([
    { number, score: expect.closeTo(100, 3) },
  ]);
});

test('an IQDB server that fails is asked again', async () => {
  await using server = await startFakeIqdb();
  server.behave('failing');
  await using workshop = await openWorkshop({ iqdb: createIqdbClient(server.url) });
  const { id: imageId } = await workshop.upload(await photo());

  const job = await workshop.platform.enqueue(
    addToIqdb,
    { imageId },
    { ...retryNow, attempts: 50 },
  );
  for await (const { attempts } of job.changes()) {
    if (attempts > 1) server.behave('well');
  }

  expect((await job.record()).status).toBe('complete');
  expect(server.posted).toHaveLength(1);
});

test.for([
  { what: 'no image', content: () => Buffer.from('hello'), code: 'unsupported_image' },
  { what: 'damaged', content: async () => (await photo()).subarray(0, 500), code: 'corrupt_image' },
])('an original that is $what fails at once, for good', async ({ content, code }) => {
  await using workshop = await openWorkshop();
  const { id: imageId } = await workshop.upload(await content());

  const job = await workshop.platform.enqueue(addToIqdb, { imageId });

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect((await job.record()).error).toMatchObject({ code, retryable: false, attempt: 1 });
  expect(await findSignature(workshop.database, imageId)).toBeUndefined();
});

test('a worker killed between the database and the server leaves an image that is indexed once', async () => {
  await using server = await startFakeIqdb();
  await using workshop = await openWorkshop();
  const { id: imageId } = await workshop.upload(await photo());
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = createProducer({ redisUrl, prefix });
  const job = await producer.enqueue(addToIqdb, { imageId });
  const { database, databaseUrl, storage, storageUrl } = workshop;
  await killOnceSaid('crash-worker.ts', [redisUrl, prefix, databaseUrl, storageUrl]);
  const before = await findSignature(database, imageId);

  const iqdb = createIqdbClient(server.url);
  const handlers = createHandlers({ database, storage, iqdb });
  await using _heir = await startWorker({ handlers, redisUrl, prefix, lockMs: 500 });
  const { number } = await job.result(waiting);

  expect(before).toBeDefined();
  expect(number).toBe(before?.number);
  expect(server.posted).toEqual([number]);
  expect(await database.select().from(imageSignatures)).toHaveLength(1);
});
