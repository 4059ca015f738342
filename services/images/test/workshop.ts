import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectDatabase,
  type ConnectedDatabase,
  createImage,
  createUser,
  type Image,
  migrate,
} from '@shared/database';
import { silentLogger } from '@shared/service';
import type { IqdbClient } from '@shared/similarity';
import { openStorage, type Storage } from '@shared/storage';
import { s3Credentials, startS3 } from '@shared/storage/testing';
import { testDatabaseUrl } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { createHandlers } from '../src/handlers.ts';

export type Workshop = AsyncDisposable & {
  database: ConnectedDatabase;
  databaseUrl: string;
  storageUrl: string;
  /** The storage itself, without what `through` puts in between. */
  storage: Storage;
  platform: Platform;
  ownerId: string;
  /** Stores an original and its row, as an upload does. */
  upload(content: Buffer): Promise<Image>;
  /** The keys of all objects but the originals. */
  variantKeys(): Promise<string[]>;
};

/** Where a driver keeps its objects, until disposed. */
const places = {
  folder: async (opened: AsyncDisposableStack) => {
    const folder = await mkdtemp(join(tmpdir(), 'taskyard-images-'));
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    return `file:${folder}`;
  },
  S3: async (opened: AsyncDisposableStack) => {
    return opened.use(await startS3()).storageUrl;
  },
};

export type Place = keyof typeof places;

/**
 * This service's worker on real Redis, PostgreSQL and storage.
 *
 * @param options.through lets a test step between the handlers and the storage.
 */
export const openWorkshop = async ({
  place = 'folder',
  through = (storage) => storage,
  iqdb,
}: {
  place?: Place;
  through?: (storage: Storage) => Storage;
  iqdb?: IqdbClient;
} = {}): Promise<Workshop> => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const storageUrl = await places[place](opened);
  const storage = opened.use(await openStorage(storageUrl, s3Credentials));
  const services = { database, storage: through(storage), ...(iqdb && { iqdb }) };
  const platform = opened.use(
    await startPlatform({
      queues: ['images'],
      handlers: createHandlers(services),
      concurrency: 2,
      log: silentLogger(),
    }),
  );
  const { id: ownerId } = await createUser(database, {
    email: 'ada@example.com',
    username: 'ada',
    firstName: 'Ada',
    passwordHash: 'none',
  });

  return {
    database,
    databaseUrl,
    storageUrl,
    storage,
    platform,
    ownerId,
    upload: async (content) => {
      const id = randomUUID();
      const storageKey = `originals/${id}`;
      await storage.put(storageKey, content, { contentType: 'image/png' });
      return createImage(database, {
        id,
        ownerId,
        storageKey,
        contentType: 'image/png',
        bytes: content.byteLength,
        originalName: null,
      });
    },
    variantKeys: async () => {
      const keys: string[] = [];
      for await (const { key } of storage.list('images/')) keys.push(key);
      return keys;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
