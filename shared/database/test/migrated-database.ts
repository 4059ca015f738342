import { testDatabaseUrl } from '@shared/testing';
import { connectDatabase, type ConnectedDatabase } from '../src/connect-database.ts';
import { migrate } from '../src/migrate.ts';

/** A fresh database with the whole schema, connected. */
export const openMigrated = async (): Promise<ConnectedDatabase> => {
  const url = await testDatabaseUrl();
  await migrate(url);
  return connectDatabase(url);
};
