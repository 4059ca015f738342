// A worker that serves RQ, for tests that kill it.
import { definePythonTask } from '@shared/contracts';
import { createRqSide, openInterop } from '@shared/interop';
import { implement, startWorker } from '@shared/queue';
import { HANDLERS } from './handlers.ts';
import { createLogger, shutdownSignal } from '@shared/service';

const [redisUrl = '', prefix = '', rqUrl = '', queueList = '', name = '', slots = '10'] =
  process.argv.slice(2);
const queues = queueList.split(',');
const log = createLogger({ service: 'worker', level: 'error' });
const where = implement(
  definePythonTask('suite_tasks.where', { queue: 'suite' }),
  ({ args: [n] }) => `ours ${n as number}`,
);
const handlers = [where, ...HANDLERS];
const side = createRqSide({ redisUrl: rqUrl, queues, name, prefix, beatMs: 500, log });
await using interop = openInterop({ sides: [side], log });
await using worker = await startWorker({
  handlers,
  queues,
  redisUrl,
  prefix,
  concurrency: Number(slots),
  hooks: interop.hooks,
  lockMs: 2_000,
  log,
});
await using _taking = await interop.serve({ worker, tasks: handlers.map(({ task }) => task) });
process.stdout.write('ready\n');
await shutdownSignal();
