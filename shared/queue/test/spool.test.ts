import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProducer, openHeldJobs, openSpooledJobs } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { other, work } from './tasks.ts';

/** A folder with one job in it, left by a process whose Redis was away. */
const spooled = async (id: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-spool-'));
  const spoolDirectory = join(folder, 'spool');
  {
    await using away = createProducer({ redisUrl: 'redis://127.0.0.1:1', spoolDirectory });
    await away.enqueue(work, { label: 'kept' }, { id, whenDown: 'spool' });
  }
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  return {
    spoolDirectory,
    held: openHeldJobs({ spool: openSpooledJobs(spoolDirectory) }),
    redisUrl,
    prefix,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
};

test('a job that waits in a spool is listed, and may not be deleted', async () => {
  await using side = await spooled('waits');

  const deleted = await side.held.delete('all');

  expect(deleted.jobs).toEqual([]);
  await expect(side.held.list()).resolves.toMatchObject([
    { where: 'spool', jobId: 'waits', task: 'sums.work', queue: 'sums', refused: null },
  ]);
  await expect(side.held.list({ refused: true })).resolves.toEqual([]);
  await expect(side.held.count()).resolves.toEqual([{ where: 'spool', waiting: 1, refused: 0 }]);
});

test('one that is refused is kept with the reason, and delivered anew when it is redriven', async () => {
  await using side = await spooled('taken');
  await using before = createProducer(side);
  const inTheWay = await before.enqueue(other, { label: 'x' }, { id: 'taken', delayMs: 60_000 });
  await using producer = createProducer({ ...side, spoolDirectory: side.spoolDirectory });
  await eventually(async () =>
    expect(await side.held.list({ refused: true })).toMatchObject([
      { jobId: 'taken', task: 'sums.work', refused: expect.stringContaining('taken') },
    ]),
  );
  await inTheWay.cancel();
  await producer.redis.del(`{${side.prefix}}:others:taken`);

  const outcome = await side.held.redrive(['taken', 'unheard-of']);

  expect(outcome).toEqual({
    jobs: [{ where: 'spool', jobId: 'taken' }],
    unknown: ['unheard-of'],
  });
  await eventually(
    async () =>
      expect(await (await producer.jobById('taken')).record()).toMatchObject({
        task: 'sums.work',
        payload: { label: 'kept' },
      }),
    { timeoutMs: 15_000 },
  );
  await eventually(async () => expect(await readdir(side.spoolDirectory)).toEqual([]));
});

test('a file that nobody can read holds up nobody, and is listed until it is deleted', async () => {
  await using side = await spooled('behind');
  await mkdir(side.spoolDirectory, { recursive: true });
  await writeFile(join(side.spoolDirectory, '0-torn.job'), '{"id":"to');

  await using producer = createProducer({ ...side, spoolDirectory: side.spoolDirectory });
  await eventually(async () =>
    expect(await (await producer.jobById('behind')).status()).toBe('queued'),
  );
  await eventually(async () => expect(await side.held.list({ refused: true })).toHaveLength(1));
  const [torn] = await side.held.list({ refused: true });

  expect(torn).toMatchObject({ jobId: '0-torn', task: null, queue: null, enqueuedAt: null });
  await expect(side.held.delete(['0-torn'])).resolves.toMatchObject({ unknown: [] });
  await expect(side.held.list()).resolves.toEqual([]);
});
