import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startRedis } from '@shared/embedded';
import { createProducer, implement } from '@shared/queue';
import { eventually, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { work } from './tasks.ts';

/** A Redis that was there, and is away: its port is closed. */
const awayRedis = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-held-'));
  const options = { directory: join(folder, 'redis'), appendOnly: true };
  const first = await startRedis(options);
  await first.stop();
  const servers: EmbeddedServer[] = [];
  return {
    url: first.url,
    spool: join(folder, 'spool'),
    async back() {
      servers.push(await startRedis({ ...options, port: first.port }));
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.stop();
      await rm(folder, { recursive: true });
    },
  };
};

test('without a choice a job is refused while Redis is away', async () => {
  await using redis = await awayRedis();
  await using producer = createProducer({ redisUrl: redis.url, spoolDirectory: redis.spool });

  await expect(producer.enqueue(work, {})).rejects.toMatchObject({ code: 'queue_unavailable' });
});

test('a spooled job is on the disk, and in its queue once Redis is back', async () => {
  await using redis = await awayRedis();
  const prefix = uniquePrefix();
  const options = { redisUrl: redis.url, prefix, spoolDirectory: redis.spool };
  await using producer = createProducer(options);

  const jobs = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      producer.enqueue(work, { label: `${i}` }, { whenDown: 'spool', id: `spooled-${i}` }),
    ),
  );
  const files = await readdir(redis.spool);
  await redis.back();

  expect(files).toHaveLength(30);
  await eventually(
    async () => expect((await producer.queueCounts())['sums']).toMatchObject({ queued: 30 }),
    { timeoutMs: 30_000 },
  );
  await eventually(async () => expect(await readdir(redis.spool)).toEqual([]));
  await expect(jobs[7]?.record()).resolves.toMatchObject({ payload: { label: '7' } });
});

test('what a process left in the spool the next one delivers', async () => {
  await using redis = await awayRedis();
  const options = {
    redisUrl: redis.url,
    prefix: uniquePrefix(),
    spoolDirectory: redis.spool,
  };
  {
    await using producer = createProducer(options);
    await producer.enqueue(work, { label: 'left' }, { whenDown: 'spool', id: 'left' });
  }
  await redis.back();

  await using next = createProducer(options);

  await eventually(async () => expect(await (await next.jobById('left')).status()).toBe('queued'), {
    timeoutMs: 30_000,
  });
});

test('a spooled job that Redis had taken all the same is one job', async () => {
  await using redis = await awayRedis();
  await redis.back();
  const options = { redisUrl: redis.url, prefix: uniquePrefix() };
  await using producer = createProducer(options);
  const held: Parameters<typeof producer.deliver>[0][] = [];
  const hold = async (job: (typeof held)[number]) => void held.push(job);
  await producer.enqueue(work, { label: 'once' }, { transaction: { hold } });

  for (const job of [...held, ...held]) await producer.deliver(job);

  expect((await producer.queueCounts())['sums']).toMatchObject({ queued: 1 });
});

test('a job is done inline while Redis is away, by the same handler', async () => {
  await using redis = await awayRedis();
  const handlers = [
    implement(work, ({ label }, { attempt, signal }) => `${label} ${attempt} ${signal.aborted}`),
  ];
  await using producer = createProducer({ redisUrl: redis.url, handlers });

  const job = await producer.enqueue(work, { label: 'here' }, { whenDown: 'inline' });

  await expect(job.result()).resolves.toBe('here 1 false');
  await expect(job.record()).resolves.toMatchObject({ status: 'complete', attempts: 1 });
});

test('what a handler throws inline whoever enqueued gets', async () => {
  await using redis = await awayRedis();
  const handlers = [
    implement(work, () => {
      throw new Error('no disk left');
    }),
  ];
  await using producer = createProducer({ redisUrl: redis.url, handlers });

  const failing = producer.enqueue(work, {}, { whenDown: 'inline' });

  await expect(failing).rejects.toThrow('no disk left');
});

test('a handler that hears no signal is given up inline, too', async () => {
  await using redis = await awayRedis();
  const slow = { ...work, timeoutMs: 50, killAfterMs: 50 };
  const handlers = [implement(slow, () => new Promise<string>(() => undefined))];
  await using producer = createProducer({ redisUrl: redis.url, handlers });

  const failing = producer.enqueue(slow, {}, { whenDown: 'inline' });

  await expect(failing).rejects.toMatchObject({ code: 'timeout' });
});

test.for([
  { whenDown: 'spool', fix: 'spoolDirectory' },
  { whenDown: 'inline', fix: 'handlers' },
] as const)(
  '$whenDown without what it needs is refused, and says what',
  async ({ whenDown, fix }) => {
    await using redis = await awayRedis();
    await using producer = createProducer({ redisUrl: redis.url });

    const refused = producer.enqueue(work, {}, { whenDown });

    await expect(refused).rejects.toMatchObject({
      code: 'invalid_option',
      fix: expect.stringContaining(fix),
    });
  },
);
