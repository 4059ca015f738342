import { createProducer, implement } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { work } from './tasks.ts';

const openProducer = () => createProducer({ redisUrl: testRedisUrl(), prefix: uniquePrefix() });

test('until it finished, a key admits one job, and names it to the others', async () => {
  await using producer = openProducer();
  const unique = { key: 'report', until: 'finished' } as const;

  const first = await producer.enqueue(work, {}, { unique });
  const second = await producer.enqueue(work, {}, { unique });
  const elsewhere = await producer.enqueue(work, {}, { unique: { ...unique, key: 'another' } });

  expect([first.duplicate, second.duplicate, elsewhere.duplicate]).toEqual([false, true, false]);
  expect(second.id).toBe(first.id);
});

test('a key is free again once its job finished', async () => {
  await using platform = await startPlatform({ handlers: [implement(work, () => 'done')] });
  const unique = { key: 'report', until: 'finished' } as const;
  const first = await platform.enqueue(work, {}, { unique });
  await first.result();

  const second = await platform.enqueue(work, {}, { unique });

  expect(second.duplicate).toBe(false);
  await expect(second.result()).resolves.toBe('done');
});

test('until it started, a key is free while its job runs', async () => {
  const release = Promise.withResolvers<void>();
  const slow = implement(work, async () => (await release.promise, 'done'));
  await using platform = await startPlatform({ handlers: [slow] });
  const unique = { key: 'refresh', until: 'started' } as const;
  const first = await platform.enqueue(work, {}, { unique });
  await eventually(async () => expect(await first.status()).toBe('in_progress'));

  const second = await platform.enqueue(work, {}, { unique, delayMs: 60_000 });
  const third = await platform.enqueue(work, {}, { unique });

  expect([second.duplicate, third.duplicate]).toEqual([false, true]);
  release.resolve();
});

test('for a time, a key is taken even after its job finished', async () => {
  await using platform = await startPlatform({ handlers: [implement(work, () => 'done')] });
  const unique = { key: 'digest', forMs: 400 };
  const first = await platform.enqueue(work, {}, { unique });
  await first.result();

  const early = await platform.enqueue(work, {}, { unique });

  expect(early.duplicate).toBe(true);
  await eventually(async () => {
    expect((await platform.enqueue(work, {}, { unique })).duplicate).toBe(false);
  });
});

test.for([
  { reason: 'was cancelled', end: 'cancel' as const },
  { reason: 'was removed', end: 'remove' as const },
])('a holder that $reason never wedges its key', async ({ end }) => {
  await using producer = openProducer();
  const unique = { key: 'wedge', until: 'finished' } as const;
  const first = await producer.enqueue(work, {}, { unique });
  if (end === 'cancel') await first.cancel();
  else await producer.redis.del(...(await producer.redis.keys(`*${first.id}*`)));

  const second = await producer.enqueue(work, {}, { unique });

  expect(second.duplicate).toBe(false);
});

test('of a hundred at once one wins', async () => {
  await using producer = openProducer();

  const jobs = await Promise.all(
    Array.from({ length: 100 }, () =>
      producer.enqueue(work, {}, { unique: { key: 'race', until: 'finished' } }),
    ),
  );

  expect(jobs.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
});
