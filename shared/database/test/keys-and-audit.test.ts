import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit, recordAudit } from '../src/audit.ts';
import type { ConnectedDatabase } from '../src/connect-database.ts';
import { createApiKey, findApiKey, revokeApiKey } from '../src/keys.ts';
import { openMigrated } from './migrated-database.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openMigrated();
});
afterAll(() => database[Symbol.asyncDispose]());

test('a key is found by its hash until it is revoked', async () => {
  const key = await createApiKey(database, { name: 'nightly', keyHash: 'hash', role: 'machine' });

  const before = await findApiKey(database, 'hash');
  await revokeApiKey(database, key.id);
  const after = await findApiKey(database, 'hash');

  expect([before, after]).toEqual([key, undefined]);
});

test('the audit log tells who did what, newest first', async () => {
  await recordAudit(database, { actor: 'ada', action: 'job.retry', target: 'job-1' });
  await recordAudit(database, {
    actor: 'ada',
    action: 'queue.pause',
    target: 'emails',
    detail: { from: 'dashboard' },
  });

  await expect(listAudit(database)).resolves.toMatchObject([
    { action: 'queue.pause', detail: { from: 'dashboard' }, at: expect.any(Date) },
    { action: 'job.retry', detail: {} },
  ]);
});
