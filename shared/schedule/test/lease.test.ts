import { connectRedis } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createLease } from '../src/index.ts';

const redis = connectRedis({ url: testRedisUrl() });
afterAll(() => redis.disconnect());

let key: string;
beforeEach(() => {
  key = `{${uniquePrefix()}}:lease`;
});

const leaseOf = (token: string, ttlMs = 10_000) => createLease({ redis, key, token, ttlMs });

test('of two that want a lease, one holds it until it releases it', async () => {
  const [ada, ben] = [leaseOf('ada'), leaseOf('ben')];

  expect([await ada.acquire(), await ben.acquire()]).toEqual([true, false]);
  expect([await ada.renew(), await ben.renew()]).toEqual([true, false]);
  expect(await ada.release()).toBe(true);
  expect(await ben.acquire()).toBe(true);
});

test('a lease whose holder is not heard of lapses', async () => {
  const [ada, ben] = [leaseOf('ada', 100), leaseOf('ben')];
  await ada.acquire();

  await eventually(async () => expect(await ben.acquire()).toBe(true));

  expect(await ada.renew()).toBe(false);
});

test('a renewed lease lasts as long as a new one', async () => {
  const ada = leaseOf('ada');
  await ada.acquire();
  await redis.pexpire(key, 50);

  await ada.renew();

  expect(await redis.pttl(key)).toBeGreaterThan(9_000);
});

test('who comes late can neither renew nor release what another one holds', async () => {
  const [ada, ben] = [leaseOf('ada'), leaseOf('ben')];
  await ada.acquire();
  await redis.del(key);
  await ben.acquire();

  expect([await ada.renew(), await ada.release()]).toEqual([false, false]);
  expect(await ben.renew()).toBe(true);
});

test('a lapsed lease is not renewed, even when nobody has taken it', async () => {
  const ada = leaseOf('ada');
  await ada.acquire();
  await redis.del(key);

  expect(await ada.renew()).toBe(false);
  expect(await redis.exists(key)).toBe(0);
});

test('a holder whose first answer got lost acquires again', async () => {
  const ada = leaseOf('ada');
  await ada.acquire();

  expect(await ada.acquire()).toBe(true);
});
