import { startWorker } from '@shared/queue';
import { actIn, implementAct } from './tasks.ts';

/** A worker in a process of its own, for tests that kill it. */
const [redisUrl = '', prefix = ''] = process.argv.slice(2);

await startWorker({ handlers: [implementAct(actIn('process'))], redisUrl, prefix });
process.stdout.write('ready\n');
