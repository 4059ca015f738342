import { implement, startWorker } from '@shared/queue';
import { runService, shutdownSignal } from '@shared/service';
import { openPayloadStore } from '@shared/storage';
import work from './handlers/work.ts';
import { writeDown } from './ledger.ts';
import { follow, inProcess, inThread, limited, work as plain } from './tasks.ts';

/** One worker of the fleet that everything is done to. */
const [redisUrl = '', prefix = '', storageUrl = '', lockMs = ''] = process.argv.slice(2);

const module = new URL('handlers/work.ts', import.meta.url);

const handlers = [
  implement(plain, work),
  implement(limited, work),
  implement(inThread, module),
  implement(inProcess, module),
  implement(follow, ({ ledger, of }, { jobId, fence }) => {
    writeDown(ledger, { event: 'followed', jobId, fence, pid: process.pid, of });
    return null;
  }),
];

await runService(async () => {
  const stop = shutdownSignal();
  await using payloadStore = openPayloadStore(storageUrl);
  await using _worker = await startWorker({
    handlers,
    redisUrl,
    prefix,
    payloadStore,
    concurrency: 8,
    lockMs: Number(lockMs),
    shutdownGraceMs: 1_000,
    // It is we who kill them, and no job's fault.
    crashBudget: { crashes: 1_000_000 },
  });
  process.stdout.write('ready\n');
  await stop;
});
