import { connectDatabase, openOutbox } from '@shared/database';
import { type HeldJobs, openHeldJobs, openSpooledJobs } from '@shared/queue';
import { loadOptionalDatabaseUrl, loadSpoolDirectory } from './config.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors/usage-error.ts';

/**
 * The held jobs of the places that the environment names.
 *
 * @throws {UsageError} it names none.
 */
export const openHeld = (context: Context): HeldJobs & AsyncDisposable => {
  const databaseUrl = loadOptionalDatabaseUrl(context);
  const directory = loadSpoolDirectory(context);
  if (databaseUrl === undefined && directory === undefined) {
    throw new UsageError(
      'neither DATABASE_URL nor SPOOL_DIRECTORY says where jobs are held',
      'held',
    );
  }
  const database =
    databaseUrl === undefined ? undefined : connectDatabase(databaseUrl, { maxConnections: 1 });
  return {
    ...openHeldJobs({
      outbox: database && openOutbox(database),
      spool: directory === undefined ? undefined : openSpooledJobs(directory),
    }),
    async [Symbol.asyncDispose]() {
      await database?.[Symbol.asyncDispose]();
    },
  };
};
