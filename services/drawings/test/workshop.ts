import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedDatabase, connectDatabase, migrate } from '@shared/database';
import { openStorage, type Storage } from '@shared/storage';
import { testDatabaseUrl } from '@shared/testing';

export type Workshop = AsyncDisposable & {
  database: ConnectedDatabase;
  storage: Storage;
  /** What the service's processes and threads read of it. */
  env: { DATABASE_URL: string; STORAGE_URL: string };
  /** The keys of all drawings in storage. */
  keys(): Promise<string[]>;
};

/** A database and a storage folder for this service. */
export const openWorkshop = async (): Promise<Workshop> => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-drawings-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const storage = opened.use(await openStorage(`file:${folder}`));
  return {
    database,
    storage,
    env: { DATABASE_URL: databaseUrl, STORAGE_URL: `file:${folder}` },
    keys: async () => {
      const keys: string[] = [];
      for await (const { key } of storage.list('drawings/')) keys.push(key);
      return keys;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
