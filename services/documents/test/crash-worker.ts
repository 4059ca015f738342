import { connectDatabase } from '@shared/database';
import { startWorker } from '@shared/queue';
import { openStorage } from '@shared/storage';
import { loadConfig } from '../src/config.ts';
import { createHandlers } from '../src/handlers.ts';
import { startTypesetter } from '../src/typeset/start-typesetter.ts';

/** This service's worker in a process of its own, for a test that kills it. */
const [redisUrl = '', prefix = ''] = process.argv.slice(2);
const { databaseUrl, storageUrl, publicUrl } = loadConfig(process.env);

const services = {
  database: connectDatabase(databaseUrl),
  storage: await openStorage(storageUrl),
  typesetter: startTypesetter(),
  publicUrl,
};
await startWorker({
  handlers: createHandlers(services),
  redisUrl,
  prefix,
  concurrency: 1,
  lockMs: 500,
});
process.stdout.write('ready\n');
