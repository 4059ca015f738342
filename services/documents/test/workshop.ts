import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedDatabase, connectDatabase, migrate } from '@shared/database';
import { openStorage, type Storage } from '@shared/storage';
import { testDatabaseUrl } from '@shared/testing';

export const PUBLIC_URL = 'https://yard.test';

export type Workshop = AsyncDisposable & {
  database: ConnectedDatabase;
  storage: Storage;
  /** What the service's processes and threads read of it. */
  env: { DATABASE_URL: string; STORAGE_URL: string; PUBLIC_URL: string };
  /** The keys of all contracts in storage. */
  keys(): Promise<string[]>;
};

/** A database and a storage folder for this service. */
export const openWorkshop = async (): Promise<Workshop> => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-documents-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const storage = opened.use(await openStorage(`file:${folder}`));
  return {
    database,
    storage,
    env: { DATABASE_URL: databaseUrl, STORAGE_URL: `file:${folder}`, PUBLIC_URL },
    keys: async () => {
      const keys: string[] = [];
      for await (const { key } of storage.list('contracts/')) keys.push(key);
      return keys;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
