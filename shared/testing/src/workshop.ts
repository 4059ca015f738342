import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedDatabase, connectDatabase, migrate } from '@shared/database';
import { openStorage, type Storage } from '@shared/storage';
import { testDatabaseUrl } from './servers.ts';

/** What a service that keeps files works with. */
export type Workshop = AsyncDisposable & {
  database: ConnectedDatabase;
  storage: Storage;
  /** What the service's processes and threads read of it. */
  env: { DATABASE_URL: string; STORAGE_URL: string };
  /** The keys of all objects in storage that start with this. */
  keys(prefix?: string): Promise<string[]>;
};

/** A migrated database and a storage folder, gone with the test. */
export const openWorkshop = async (): Promise<Workshop> => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-workshop-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const storage = opened.use(await openStorage(`file:${folder}`));
  return {
    database,
    storage,
    env: { DATABASE_URL: databaseUrl, STORAGE_URL: `file:${folder}` },
    keys: async (prefix = '') => {
      const keys: string[] = [];
      for await (const { key } of storage.list(prefix)) keys.push(key);
      return keys;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
