import { createProducer, implement } from '@shared/queue';
import { startRedis } from '@shared/embedded';
import { startPlatform } from '@shared/testing/platform';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { add } from './tasks.ts';

const addNumbers = implement(add, ({ a, b }) => a + b);

/** Lists of somebody else's, in the database that this connection is in. */
const claimOf = async (
  { producer }: { producer: ReturnType<typeof createProducer> },
  list: string,
  message: string,
) => {
  const [, db = '0'] = /db=(\d+)/.exec(await producer.redis.client('INFO')) ?? [];
  return { db: Number(db), list, message };
};

test('a message becomes a job and leaves its list in one step', async () => {
  await using platform = await startPlatform({ handlers: [addNumbers] });
  const { producer } = platform.worker;
  const list = `${platform.prefix}:foreign`;
  await producer.redis.lpush(list, 'first', 'second', 'third');

  const claim = await claimOf(platform, list, 'first');
  const claimed = await producer.claim(add, { a: 1, b: 2 }, {}, claim);

  expect(claimed?.left).toBe(2);
  await expect(claimed?.job.result({ timeoutMs: 5_000 })).resolves.toBe(3);
  expect(await producer.redis.lrange(list, 0, -1)).toEqual(['third', 'second']);
});

test('one that is not next any more is left alone, and makes no job', async () => {
  await using platform = await startPlatform({ handlers: [addNumbers] });
  const { producer } = platform.worker;
  const list = `${platform.prefix}:foreign`;
  await producer.redis.lpush(list, 'next', 'wanted', 'other');
  await producer.redis.rpop(list);

  const gone = await claimOf(platform, list, 'next');

  expect(await producer.claim(add, { a: 1, b: 2 }, {}, gone)).toBeUndefined();
  expect(await producer.redis.lrange(list, 0, -1)).toEqual(['other', 'wanted']);
  expect((await producer.queueCounts())['sums']).toMatchObject({ queued: 0, complete: 0 });
});

test('one whose id has a job stays where it is', async () => {
  await using platform = await startPlatform({ handlers: [addNumbers] });
  const { producer } = platform.worker;
  const list = `${platform.prefix}:foreign`;
  const first = await producer.enqueue(add, { a: 1, b: 1 }, { id: 'same' });
  await first.result({ timeoutMs: 5_000 });
  await producer.redis.lpush(list, 'again');

  const claim = await claimOf(platform, list, 'again');
  const claimed = await producer.claim(add, { a: 2, b: 2 }, { id: 'same' }, claim);

  expect(claimed?.job.duplicate).toBe(true);
  expect(await producer.redis.lrange(list, 0, -1)).toEqual(['again']);
});

test('in a full Redis the message stays, and there is no job', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-claim-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const server = opened.use(await startRedis({ directory }));
  const producer = opened.use(createProducer({ redisUrl: server.url, prefix: 'full' }));
  await producer.redis.lpush('foreign', 'message');
  // Whoever enqueues finds out from Redis itself: what was read of its memory is a moment old.
  await producer.enqueue(add, { a: 0, b: 0 });
  await producer.redis.config('SET', 'maxmemory', '1');

  const claim = await claimOf({ producer }, 'foreign', 'message');
  const claiming = producer.claim(add, { a: 1, b: 2 }, {}, claim);

  await expect(claiming).rejects.toThrow(/memory|full/i);
  expect(await producer.redis.lrange('foreign', 0, -1)).toEqual(['message']);
  expect((await producer.queueCounts())['sums']).toMatchObject({ queued: 1 });
});
