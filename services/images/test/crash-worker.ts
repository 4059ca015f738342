import { connectDatabase } from '@shared/database';
import { startWorker } from '@shared/queue';
import { openStorage } from '@shared/storage';
import { createHandlers } from '../src/handlers.ts';

/**
 * A worker in a process of its own, for tests that kill it: it says `stuck` when an image's signature
 * is recorded and the IQDB server, which never answers, is asked.
 */
const [redisUrl = '', prefix = '', databaseUrl = '', storageUrl = ''] = process.argv.slice(2);

const stuck = (): Promise<never> => {
  process.stdout.write('stuck\n');
  return new Promise(() => {});
};

await startWorker({
  handlers: createHandlers({
    database: connectDatabase(databaseUrl),
    storage: await openStorage(storageUrl, {}),
    iqdb: { add: stuck, search: stuck, count: stuck },
  }),
  redisUrl,
  prefix,
  lockMs: 500,
});
