import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectedDatabase } from '../src/connect-database.ts';
import { claimDelivery, confirmDelivery, releaseDelivery } from '../src/email-deliveries.ts';
import { openMigrated } from './migrated-database.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openMigrated();
});
afterAll(() => database[Symbol.asyncDispose]());

const claim = (jobId: string, fence: number) =>
  claimDelivery(database, { jobId, task: 'emails.send-welcome-email', fence });

test('the first attempt of a job finds nothing before it', async () => {
  await expect(claim('first', 1)).resolves.toBe('new');
});

test('after a crash between sending and confirming, the next attempt sees that it is unknown', async () => {
  await claim('crashed', 1);

  const answers = [await claim('crashed', 2), await claim('crashed', 3)];

  expect(answers).toEqual([
    { status: 'sending', fence: 1, provider: null },
    { status: 'sending', fence: 2, provider: null },
  ]);
});

test('an older attempt sees the fence of the newer one and does not take the claim back', async () => {
  await claim('overtaken', 2);

  const older = await claim('overtaken', 1);

  expect(older).toEqual({ status: 'sending', fence: 2, provider: null });
  await expect(claim('overtaken', 3)).resolves.toEqual({
    status: 'sending',
    fence: 2,
    provider: null,
  });
});

test('a confirmed mail stays as it was first confirmed', async () => {
  await claim('confirmed', 1);
  await confirmDelivery(database, { jobId: 'confirmed', messageId: '<1@x>', provider: 'smtp' });
  await confirmDelivery(database, { jobId: 'confirmed', messageId: '<2@x>', provider: 'ses' });

  const answer = await claim('confirmed', 2);

  expect(answer).toEqual({ status: 'sent', messageId: '<1@x>', provider: 'smtp' });
});

test('a claim given back after a refusal is new to the next attempt', async () => {
  await claim('refused', 1);
  await releaseDelivery(database, { jobId: 'refused', fence: 1 });

  await expect(claim('refused', 2)).resolves.toBe('new');
});

test('an attempt cannot give back what a newer one has claimed, nor what was sent', async () => {
  await claim('kept', 1);
  await claim('kept', 2);
  await releaseDelivery(database, { jobId: 'kept', fence: 1 });
  await confirmDelivery(database, { jobId: 'kept', messageId: '<1@x>', provider: 'smtp' });
  await releaseDelivery(database, { jobId: 'kept', fence: 2 });

  await expect(claim('kept', 3)).resolves.toMatchObject({ status: 'sent' });
});

test('of attempts that claim at once, one is the first', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => claim('raced', index)));

  expect(answers.filter((answer) => answer === 'new')).toHaveLength(1);
});
