import { buffer } from 'node:stream/consumers';
import { createThumbnail, createVariant } from '@shared/contracts';
import { findImage, listVariants } from '@shared/database';
import { silentLogger } from '@shared/service';
import { type Storage, StorageUnavailableError } from '@shared/storage';
import { describe, expect, test } from 'vitest';
import { makeVariant } from '../src/make-variant.ts';
import { sharp } from '../src/sharp.ts';
import { plain, quarters } from './pictures.ts';
import { openWorkshop, type Place } from './workshop.ts';

const waiting = { timeoutMs: 15_000 };
const retryNow = { backoff: { type: 'fixed', delayMs: 1 } } as const;

const photo = () => quarters(1_500, 900).png().toBuffer();

describe.for<{ place: Place }>([{ place: 'folder' }, { place: 'S3' }])('on $place', ({ place }) => {
  test('a thumbnail is made, stored and recorded', async () => {
    await using workshop = await openWorkshop({ place });
    const { platform, storage, database } = workshop;
    const { id: imageId } = await workshop.upload(await photo());

    const job = await platform.enqueue(createThumbnail, { imageId });
    const result = await job.result(waiting);

    const key = `images/${imageId}/thumbnail.jpg`;
    const { body, contentType, totalBytes } = await storage.get(key);
    expect(result).toEqual({
      imageId,
      variant: 'thumbnail',
      key,
      contentType: 'image/jpeg',
      width: 250,
      height: 200,
      bytes: totalBytes,
    });
    expect(contentType).toBe('image/jpeg');
    expect(await sharp(await buffer(body)).metadata()).toMatchObject({ width: 250, height: 200 });
    expect(await listVariants(database, imageId)).toEqual([
      expect.objectContaining({ ...result, format: 'jpeg', jobId: job.id }),
    ]);
    expect(await findImage(database, imageId)).toMatchObject({ width: 1_500, height: 900 });
  });

  test('a job that is cancelled while storing leaves nothing', async () => {
    const storing = Promise.withResolvers<AbortSignal>();
    await using workshop = await openWorkshop({
      place,
      through: (storage) => ({
        ...storage,
        put: async (key, body, options) => {
          storing.resolve(options.signal!); // The handler always gives one.
          await aborted(options.signal!);
          return storage.put(key, body, options);
        },
      }),
    });
    const { id: imageId } = await workshop.upload(await photo());

    const job = await workshop.platform.enqueue(createThumbnail, { imageId });
    await storing.promise;
    await job.cancel('its owner said so');

    await expect(job.result(waiting)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await workshop.variantKeys()).toEqual([]);
    expect(await listVariants(workshop.database, imageId)).toEqual([]);
  });
});

test.for([
  { variant: 'medium', format: 'jpeg', key: 'medium.jpg', width: 1_024, height: 614 },
  { variant: 'medium', format: 'webp', key: 'medium.webp', width: 1_024, height: 614 },
  { variant: 'large', format: 'avif', key: 'large.avif', width: 1_500, height: 900 },
] as const)('$key has $width×$height pixels', async ({ variant, format, key, ...size }) => {
  await using workshop = await openWorkshop();
  const { platform, storage } = workshop;
  const { id: imageId } = await workshop.upload(await photo());

  const job = await platform.enqueue(createVariant, { imageId, variant, format });
  const result = await job.result(waiting);

  expect(result).toMatchObject({ ...size, key: `images/${imageId}/${key}` });
  const { body } = await storage.get(result.key);
  expect(await sharp(await buffer(body)).metadata()).toMatchObject(size);
});

test('progress is told on the way and is whole at the end', async () => {
  await using workshop = await openWorkshop();
  const { id: imageId } = await workshop.upload(await photo());

  const job = await workshop.platform.enqueue(createThumbnail, { imageId });
  const told: (string | null)[] = [];
  for await (const { message } of job.progress()) told.push(message);

  expect(told.length).toBeGreaterThan(0);
  expect((await job.record()).progress).toBe(1);
});

test('work that is done twice leaves one object and one record', async () => {
  await using workshop = await openWorkshop();
  const { platform, storage, database } = workshop;
  const { id: imageId } = await workshop.upload(await photo());

  const first = await (await platform.enqueue(createThumbnail, { imageId })).result(waiting);
  const before = await storage.head(first.key);
  const again = await platform.enqueue(createThumbnail, { imageId });

  expect(await again.result(waiting)).toEqual(first);
  expect((await storage.head(first.key)).etag).toBe(before.etag);
  expect(await workshop.variantKeys()).toEqual([first.key]);
  expect(await listVariants(database, imageId)).toEqual([
    expect.objectContaining({ jobId: again.id }),
  ]);
});

test('storage that fails for a moment is tried again', async () => {
  let failures = 1;
  const failing = (storage: Storage): Storage => ({
    ...storage,
    put: async (...call) => {
      if (failures-- > 0) throw new StorageUnavailableError('writing an object', new Error('full'));
      return storage.put(...call);
    },
  });
  await using workshop = await openWorkshop({ through: failing });
  const { id: imageId } = await workshop.upload(await photo());

  const job = await workshop.platform.enqueue(createThumbnail, { imageId }, retryNow);
  const { key } = await job.result(waiting);

  expect((await job.record()).attempts).toBe(2);
  expect(await workshop.variantKeys()).toEqual([key]);
});

test('an attempt that was overtaken records nothing', async () => {
  await using workshop = await openWorkshop();
  const { database, storage } = workshop;
  const { id: imageId } = await workshop.upload(await photo());
  const request = { imageId, variant: 'medium', format: 'jpeg' } as const;

  await makeVariant(request, attempt(2), { database, storage });
  const overtaken = makeVariant(request, attempt(1), { database, storage });

  await expect(overtaken).rejects.toMatchObject({ code: 'stale_attempt', retryable: false });
  expect(await listVariants(database, imageId)).toEqual([expect.objectContaining({ fence: 2 })]);
});

test.for([
  { reason: 'is no image', content: () => Buffer.from('hello'), code: 'unsupported_image' },
  {
    reason: 'breaks off',
    content: async () => (await photo()).subarray(0, 500),
    code: 'corrupt_image',
  },
  {
    reason: 'has more than 64 MiB',
    content: () => Buffer.alloc(64 * 1024 * 1024 + 1),
    code: 'image_too_large',
  },
])('an original that $reason fails at once, for good', async ({ content, code }) => {
  await using workshop = await openWorkshop();
  const { platform, database } = workshop;
  const { id: imageId } = await workshop.upload(await content());

  const job = await platform.enqueue(createThumbnail, { imageId });

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect((await job.record()).error).toMatchObject({ code, retryable: false, attempt: 1 });
  expect(await workshop.variantKeys()).toEqual([]);
  expect(await listVariants(database, imageId)).toEqual([]);
});

test('an image that nobody uploaded fails at once, for good', async () => {
  await using workshop = await openWorkshop();

  const job = await workshop.platform.enqueue(createThumbnail, { imageId: 'nobody-knows' });

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect((await job.record()).error).toMatchObject({ code: 'image_not_found', attempt: 1 });
});

test('an original that left storage fails at once, for good', async () => {
  await using workshop = await openWorkshop();
  const { id: imageId, storageKey } = await workshop.upload(await plain(10, 10).png().toBuffer());
  await workshop.storage.delete(storageKey);

  const job = await workshop.platform.enqueue(createThumbnail, { imageId });

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect((await job.record()).error).toMatchObject({ code: 'object_not_found', attempt: 1 });
});

test('an attempt that runs out of time leaves nothing', async () => {
  await using workshop = await openWorkshop({
    through: (storage) => ({
      ...storage,
      get: async (key, options) => {
        await aborted(options!.signal!); // The handler always gives one.
        return storage.get(key, options);
      },
    }),
  });
  const { id: imageId } = await workshop.upload(await photo());

  const job = await workshop.platform.enqueue(
    createThumbnail,
    { imageId },
    { attempts: 1, timeoutMs: 50 },
  );

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect((await job.record()).error).toMatchObject({ code: 'timeout' });
  expect(await workshop.variantKeys()).toEqual([]);
});

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** What the worker gives the handler, with a fence of the test's choice. */
const attempt = (fence: number) => ({
  jobId: 'images-1',
  fence,
  signal: new AbortController().signal,
  deadline: new Date(Date.now() + 60_000),
  log: silentLogger(),
  progress: () => {},
});
