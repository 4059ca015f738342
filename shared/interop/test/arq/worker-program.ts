// A worker that serves ARQ, for tests that kill it.
import { definePythonTask } from '@shared/contracts';
import { createArqSide, openInterop } from '@shared/interop';
import { implement, startWorker } from '@shared/queue';
import { createLogger, shutdownSignal } from '@shared/service';

const [redisUrl = '', prefix = '', arqUrl = '', queue = ''] = process.argv.slice(2);
const log = createLogger({ service: 'worker', level: 'error' });
const where = implement(
  definePythonTask('where', { queue: 'arq' }),
  ({ args: [n] }) => `ours ${n as number}`,
);
const side = createArqSide({ redisUrl: arqUrl, queues: [queue], log });
await using interop = openInterop({ sides: [side], log });
await using worker = await startWorker({
  handlers: [where],
  redisUrl,
  prefix,
  concurrency: 10,
  hooks: interop.hooks,
  lockMs: 2_000,
  log,
});
await using _taking = await interop.serve({ worker, tasks: [where.task] });
await shutdownSignal();
