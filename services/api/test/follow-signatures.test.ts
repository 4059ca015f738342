import { randomUUID } from 'node:crypto';
import {
  connectDatabase,
  createImage,
  createUser,
  type Database,
  deleteImage,
  migrate,
  recordSignature,
} from '@shared/database';
import { createSimilarityIndex, encodeSignature } from '@shared/similarity';
import { eventually, testDatabaseUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { followSignatures } from '../src/similarity/follow-signatures.ts';

const bytes = encodeSignature({
  averages: new Float32Array(3),
  places: Int16Array.from({ length: 120 }, (_, at) => 1 + (at % 40)),
});

const addImage = async (database: Database, ownerId: string) => {
  const id = randomUUID();
  const file = { contentType: 'image/png', bytes: 1, originalName: null };
  await createImage(database, { id, ownerId, storageKey: `images/${id}`, ...file });
  const number = await recordSignature(database, {
    imageId: id,
    signature: bytes,
    jobId: id,
    fence: 1,
  });
  return { id, number };
};

/** An index that follows a database of its own, until disposed. */
const following = async () => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const account = { email: 'ada@example.com', username: 'ada', firstName: 'Ada' };
  const { id: ownerId } = await createUser(database, { ...account, passwordHash: 'none' });
  const index = createSimilarityIndex();
  const stop = new AbortController();
  const loaded = Promise.withResolvers<void>();
  const troubles: unknown[] = [];
  const follow = () => {
    const followed = followSignatures({
      database,
      index,
      signal: stop.signal,
      onLoaded: loaded.resolve,
      onTrouble: (error) => troubles.push(error),
    });
    opened.defer(async () => {
      stop.abort();
      await followed;
    });
    return loaded.promise;
  };
  return {
    database,
    ownerId,
    index,
    troubles,
    follow,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

test('what is there is loaded, what comes is added, and what goes is removed', async () => {
  await using place = await following();
  const { database, ownerId, index } = place;
  const before = await addImage(database, ownerId);

  await place.follow();
  expect(index.has(before.number)).toBe(true);
  const after = await addImage(database, ownerId);
  await eventually(() => expect(index.has(after.number)).toBe(true));
  await deleteImage(database, before.id);

  await eventually(() => expect(index.has(before.number)).toBe(false));
  expect(index.count()).toBe(1);
});

test('what comes while the connection is cut is found once it is back', async () => {
  await using place = await following();
  const { database, ownerId, index } = place;
  await place.follow();

  await database.$client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where query ilike 'listen%' and datname = current_database()`,
  );
  const meanwhile = await addImage(database, ownerId);

  await eventually(() => expect(index.has(meanwhile.number)).toBe(true));
  const later = await addImage(database, ownerId);
  await eventually(() => expect(index.has(later.number)).toBe(true));
});
