import { generateDrawing } from '@shared/contracts';
import { drawings, findDrawing } from '@shared/database';
import { createProducer } from '@shared/queue';
import { holdUp, startProgram, testRedisUrl, uniquePrefix } from '@shared/testing';
import { openWorkshop } from '@shared/testing/workshop';
import { expect, test } from 'vitest';

const WORKER = new URL('crash-worker.ts', import.meta.url);

test('a worker that is killed between file and record leaves one drawing, made by the next', async () => {
  const prefix = uniquePrefix();
  await using workshop = await openWorkshop();
  const { database, env } = workshop;
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  // Where the file is stored and its record is about to be.
  const held = await holdUp(database, { table: 'drawings', on: 'insert' });

  await using first = await startProgram(WORKER, [testRedisUrl(), prefix], env);
  const job = await producer.enqueue(generateDrawing, { width: 60, height: 60 });
  await held.reached();
  await first.kill();
  await held.release();
  await using _second = await startProgram(WORKER, [testRedisUrl(), prefix], env);
  const { key, previewKey } = await job.result({ timeoutMs: 45_000 });

  expect(await database.$count(drawings)).toBe(1);
  expect(await findDrawing(database, job.id)).toMatchObject({ storageKey: key, previewKey });
  expect((await workshop.keys('drawings/')).toSorted()).toEqual([key, previewKey].toSorted());
});
