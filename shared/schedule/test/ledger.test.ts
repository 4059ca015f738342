import { cleanupExpiredSessions } from '@shared/contracts';
import { connectRedis } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { afterAll, expect, test } from 'vitest';
import { createLedger, defineEntry } from '../src/index.ts';

const redis = connectRedis({ url: testRedisUrl() });
afterAll(() => redis.disconnect());

const openLedger = () => createLedger({ redis, key: `{${uniquePrefix()}}:ticks` });
const entry = (cron: string, timeZone = 'UTC') =>
  defineEntry({ name: 'nightly', task: cleanupExpiredSessions, payload: {}, cron, timeZone });

const nightly = entry('0 3 * * *');
const [monday, tuesday] = [new Date('2026-03-02T03:00:00Z'), new Date('2026-03-03T03:00:00Z')];

test('an entry that has never ticked has no last tick', async () => {
  expect(await openLedger().lastTick(nightly)).toBeUndefined();
});

test('the last tick is the newest, whatever order ticks are recorded in', async () => {
  const ledger = openLedger();

  await ledger.record(nightly, tuesday);
  await ledger.record(nightly, monday);

  expect(await ledger.lastTick(nightly)).toEqual(tuesday);
});

test.for([
  { change: 'another hour', changed: entry('0 4 * * *') },
  { change: 'another zone', changed: entry('0 3 * * *', 'Europe/Berlin') },
])('an entry with $change begins anew', async ({ changed }) => {
  const ledger = openLedger();
  await ledger.record(nightly, tuesday);

  expect(await ledger.lastTick(changed)).toBeUndefined();

  await ledger.record(changed, monday);
  expect(await ledger.lastTick(changed)).toEqual(monday);
});
