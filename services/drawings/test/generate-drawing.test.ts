import { generateDrawing } from '@shared/contracts';
import { createDrawing, drawings, findDrawing } from '@shared/database';
import { silentLogger } from '@shared/service';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { handlers } from '../src/handlers.ts';
import { makeDrawing } from '../src/make-drawing.ts';
import { openWorkshop, type Workshop } from '@shared/testing/workshop';

const waiting = { timeoutMs: 30_000 };

let workshop: Workshop;
let platform: Platform;
beforeAll(async () => {
  workshop = await openWorkshop();
  // The threads of the handlers read their environment when they start.
  for (const [name, value] of Object.entries(workshop.env)) vi.stubEnv(name, value);
  platform = await startPlatform({ handlers, concurrency: 2, log: silentLogger() });
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await workshop[Symbol.asyncDispose]();
});

test('a drawing is made, stored with its preview, and recorded', async () => {
  const asked = {
    width: 120,
    height: 80,
    patternType: 'truchet',
    filename: 'ribbons.svg',
  } as const;

  const job = await platform.enqueue(generateDrawing, asked, { owner: 'ada', priority: 'high' });
  const result = await job.result(waiting);

  expect(result).toMatchObject({
    drawingId: job.id,
    filename: 'ribbons.svg',
    key: `drawings/${job.id}/drawing.svg`,
    previewKey: `drawings/${job.id}/preview.png`,
  });
  expect(result.travelMm).toBeLessThan(result.travelBeforeMm);
  const svg = await workshop.storage.head(result.key);
  const preview = await workshop.storage.head(result.previewKey);
  expect([svg.contentType, svg.totalBytes]).toEqual(['image/svg+xml', result.bytes]);
  expect(preview.contentType).toBe('image/png');
  expect(await findDrawing(workshop.database, job.id)).toMatchObject({
    ownerId: 'ada',
    filename: 'ribbons.svg',
    pattern: 'truchet',
    storageKey: result.key,
  });
});

test('what programs used to ask for is enough', async () => {
  const job = await platform.enqueue(generateDrawing, {
    width: 200,
    height: 200,
    patternType: 'spiral',
    filename: '../../etc/passwd',
    priority: 'svg',
  });
  const { key, filename } = await job.result(waiting);

  // The name is kept for people; where the file lies does not follow from it.
  expect(filename).toBe('../../etc/passwd');
  expect(key).toBe(`drawings/${job.id}/drawing.svg`);
});

test('a job whose id is no name of a file has its drawing all the same', async () => {
  const job = await platform.enqueue(generateDrawing, { width: 50 }, { id: 'of@nobody..known' });

  const { key } = await job.result(waiting);

  expect(key).toMatch(/^drawings\/[0-9a-f]{64}\/drawing\.svg$/);
});

test('work that is done twice leaves one drawing', async () => {
  const { database, storage } = workshop;
  const row = { id: 'twice', ownerId: 'ada', filename: 'a.svg', pattern: 'rose' };
  await createDrawing(database, row);

  const first = await makeDrawing(request, attempt('twice', 1), { database, storage });
  const { etag } = await storage.head(first.key);
  const second = await makeDrawing(request, attempt('twice', 2), { database, storage });

  expect(second).toEqual(first);
  expect((await storage.head(first.key)).etag).toBe(etag);
  expect(await findDrawing(database, 'twice')).toMatchObject({ fence: 2, ownerId: 'ada' });
});

test('an attempt that was overtaken records nothing', async () => {
  const { database, storage } = workshop;
  await makeDrawing(request, attempt('raced', 2), { database, storage });

  const overtaken = makeDrawing(request, attempt('raced', 1), { database, storage });

  await expect(overtaken).rejects.toMatchObject({ code: 'stale_attempt', retryable: false });
  expect(await findDrawing(database, 'raced')).toMatchObject({ fence: 2 });
});

test('a drawing that would be too much fails at once, for good, and leaves nothing', async () => {
  const before = await workshop.database.$count(drawings);

  const job = await platform.enqueue(generateDrawing, { width: 1_300, height: 1_300, density: 10 });

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect((await job.record()).error).toMatchObject({ code: 'drawing_too_complex', attempt: 1 });
  expect(await workshop.database.$count(drawings)).toBe(before);
});

const request = generateDrawing.payload.parse({ width: 60, height: 60, patternType: 'rose' });

/** What the worker gives the handler, with a job and a fence of the test's choice. */
const attempt = (jobId: string, fence: number) => ({
  jobId,
  fence,
  owner: null,
  signal: new AbortController().signal,
  log: silentLogger(),
  progress: () => {},
});
