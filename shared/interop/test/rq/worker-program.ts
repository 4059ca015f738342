// A worker that serves RQ, for tests that kill it.
import { definePythonTask } from '@shared/contracts';
import { createRqSide, openInterop } from '@shared/interop';
import { implement, startWorker } from '@shared/queue';
import { createLogger, shutdownSignal } from '@shared/service';

const [redisUrl = '', prefix = '', rqUrl = '', queueList = '', name = '', slots = '10'] =
  process.argv.slice(2);
const queues = queueList.split(',');
const log = createLogger({ service: 'worker', level: 'error' });
const where = implement(
  definePythonTask('suite_tasks.where', { queue: 'suite' }),
  ({ args: [n] }) => `ours ${n as number}`,
);
const side = createRqSide({ redisUrl: rqUrl, queues, name, prefix, beatMs: 500, log });
await using interop = openInterop({ sides: [side], log });
await using worker = await startWorker({
  handlers: [where],
  queues,
  redisUrl,
  prefix,
  concurrency: Number(slots),
  hooks: interop.hooks,
  lockMs: 2_000,
  log,
});
await using _taking = await interop.serve({ worker, tasks: [where.task] });
process.stdout.write('ready\n');
await shutdownSignal();
