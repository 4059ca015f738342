import { startWorker } from '@shared/queue';
import { handlers } from '../src/handlers.ts';

/** This service's worker in a process of its own, for a test that kills it. */
const [redisUrl = '', prefix = ''] = process.argv.slice(2);

await startWorker({ handlers, redisUrl, prefix, concurrency: 1, lockMs: 500 });
process.stdout.write('ready\n');
